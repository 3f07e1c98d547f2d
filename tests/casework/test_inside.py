"""What runs inside every step runs in the order that the settings declare, whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from casework import checks
from casework.workflow import engine, inside


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(inside, "_hooks", {})
    monkeypatch.setattr(inside, "INSIDE", [])
    settings.INSIDE_EVERY_STEP = ("first", "second", "third")


def test_the_product_runs_seven_things_in_this_order() -> None:
    names = [f"{hook.__module__}.{hook.__name__}" for hook in engine.INSIDE]

    assert [name.rsplit(".", 1)[1] for name in names] == [
        "keep_words",
        "open_rectifications",
        "sign_feedback",
        "carry_corrections",
        "settle_aspect",
        "queue_check",
        "unseal",
    ]
    assert inside.missing() == []


def test_the_order_is_that_of_the_settings_whoever_comes_first(bare: None) -> None:
    ran: list[str] = []
    for name in ("third", "first", "second"):
        inside.put_inside(name, lambda recorded, name=name: ran.append(name))

    for hook in inside.INSIDE:
        hook(None)  # type: ignore[arg-type]

    assert ran == ["first", "second", "third"]


@pytest.mark.parametrize("name", ["fourth", "first"])
def test_what_is_unknown_or_there_already_is_refused(bare: None, name: str) -> None:
    inside.put_inside("first", lambda recorded: None)

    with pytest.raises(ImproperlyConfigured):
        inside.put_inside(name, lambda recorded: None)


def test_what_is_missing_stops_the_start(bare: None) -> None:
    for name in ("third", "first"):
        inside.put_inside(name, lambda recorded: None)

    assert [error.id for error in checks.every_step_is_whole()] == ["casework.E002"]
    with pytest.raises(ImproperlyConfigured, match="second"):
        inside.refuse_missing()

    inside.put_inside("second", lambda recorded: None)
    assert checks.every_step_is_whole() == []
    inside.refuse_missing()
