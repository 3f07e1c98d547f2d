"""采信率: of each rule, what was raised, answered and taken as true on any day, with its rows; the office's alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.cube.ratios import Share
from organizations.enums import Role
from rectification.enums import State
from rectification.models import PaperWarning
from tests.factories import a_post, acting
from tests.rectification.scenes import H, S, Scene, at

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def scene(made_once: Any) -> Scene:
    return made_once(lambda: at(State.REMEDYING))  # type: ignore[no-any-return]


def warn(scene: Scene, rule: str, *answers: str) -> None:
    """Raise warnings of a rule four days ago, some answered yesterday."""
    now = timezone.now()
    for n, answer in enumerate(answers):
        said: dict[str, Any] = {"answer": answer, "word": "看过", "answered_by": scene.who(S).post} if answer else {}
        row = PaperWarning(case=scene.case, rule=rule, key=f"{rule}{n}", raised_at=now - timedelta(4), **said)
        row.answered_at = now - timedelta(1) if answer else None
        row.save()


def told(client: Any, back: int = 0) -> dict[str, tuple[int, int, Share]]:
    on = timezone.localdate() - timedelta(back)
    shown = client.get(reverse("figure", args=["paper_warnings"]), {"on": on.isoformat()}).context["shown"]
    found = {row.line.label: tuple(number.value for number in row.numbers) for row in shown.rows}
    return {label: values for label, values in found.items() if values[0]}


def test_the_share_that_was_taken_as_true_is_told_of_each_rule_and_opens_its_rows(scene: Scene, signed_in: Any) -> None:
    warn(scene, "same_file", "upheld", "upheld", "dismissed", "")
    warn(scene, "same_text", "dismissed")
    office = signed_in(scene.who(S))

    assert told(office) == {"同一文件": (4, 3, Share(2, 3)), "文字雷同": (1, 1, Share(0, 1))}
    assert told(office, back=2) == {"同一文件": (4, 0, Share(0, 0)), "文字雷同": (1, 0, Share(0, 0))}
    assert told(office, back=9) == {}
    sizes = {"warned_raised_same_file": 4, "warned_answered_same_file": 3, "warned_upheld_same_file": 2}
    pages = {name: office.get(reverse("figure_rows", args=[name])) for name in sizes}
    assert {name: page.context["count"] for name, page in pages.items()} == sizes
    assert "同一文件" in pages["warned_raised_same_file"].content.decode()


def test_nobody_but_the_office_has_the_figure_or_its_rows(scene: Scene, signed_in: Any) -> None:
    warn(scene, "same_file", "upheld")
    leader = acting(a_post(Role.CITY_LEADER))

    for actor in (scene.who(H), leader):
        client = signed_in(actor)
        assert client.get(reverse("figure", args=["paper_warnings"])).status_code == 404
        assert client.get(reverse("figure_rows", args=["warned_raised_same_file"])).status_code == 404
        assert "纸面整改" not in client.get(reverse("dashboard")).content.decode()
