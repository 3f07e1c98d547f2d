"""What is set on the server is told to the log when it has changed, once, from what to what."""

from __future__ import annotations

from typing import Any

import pytest

from organizations.enums import AccountAct
from organizations.models import AccountEvent
from organizations.services import set_up
from qingyang_inspect import environment
from qingyang_inspect import settings as product


@pytest.mark.django_db
def test_a_setting_that_changed_stands_in_the_log_once(settings: Any) -> None:
    settings.SET = {"SESSION_HOURS": ("12", "12"), "AUDIT_MAIL": ("无", "无")}
    untouched = set_up.note_changes()
    settings.SET = {"SESSION_HOURS": ("12", "24"), "AUDIT_MAIL": ("无", "a@x.gov.cn、b@x.gov.cn")}
    changed, again = set_up.note_changes(), set_up.note_changes()
    settings.SET = {"SESSION_HOURS": ("12", "12"), "AUDIT_MAIL": ("无", "a@x.gov.cn、b@x.gov.cn")}
    back = set_up.note_changes()

    assert (untouched, again) == ([], [])
    assert changed == ["AUDIT_MAIL：无 → a@x.gov.cn、b@x.gov.cn", "SESSION_HOURS：12 → 24"]
    assert back == ["SESSION_HOURS：24 → 12"]
    lines = AccountEvent.objects.filter(what=AccountAct.SETTING_CHANGED).order_by("pk")
    assert [(line.post, line.detail) for line in lines] == [(None, line) for line in [*changed, *back]]


@pytest.mark.once(reason="reads the environment")
def test_what_is_told_holds_what_the_office_sets_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "SAID", {})
    monkeypatch.setenv("SOME_HOURS", "5")
    monkeypatch.setenv("SOME_WORDS", "office,heads")
    environment.number("SOME_HOURS", 3)
    environment.switch("SOME_SWITCH", default=True)
    environment.several("SOME_WORDS")

    assert environment.SAID == {
        "SOME_HOURS": ("3", "5"), "SOME_SWITCH": ("开", "开"), "SOME_WORDS": ("无", "office、heads")
    }  # fmt: skip
    assert {"SESSION_HOURS", "LOCKOUT_FAILURES", "OTP_FOR_ADMINISTRATORS", "SECOND_FACTOR_FOR"} <= product.SET.keys()
    assert not {name for name in product.SET if "KEY" in name or "SECRET" in name or "URL" in name}
