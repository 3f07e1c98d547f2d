"""What the chain of a closure asks for, filled in, and what may happen on its way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from casework.models import Case
from rectification.models import AcceptanceStandard, Objection

STATEMENTS = ("措施全部落实", ""), ("建立长效机制", "制度名称、文号")  # text, and the word it asks for
SIGNED: dict[str, Any] = {
    "commitment": True,
    "statements": [
        {"code": f"YS{n}", "text": text, "word": asks and "庆市发〔2026〕8 号"}
        for n, (text, asks) in enumerate(STATEMENTS, 1)
    ],
}
PUBLISHED: dict[str, Any] = {
    "channel": ["city_site"],
    "publicity_text": "整改情况公示",
    "contact": "市委依法治市办，0934-8000000",
    "secrecy_review": "李某（办公室主任），不涉密",
}


def an_objection(case: Case, outcome: str = "", days_ago: int = 0) -> Objection:
    """An objection to a closure that is public; with an outcome, answered."""
    on = timezone.localdate() - timedelta(days_ago)
    said = {"outcome": outcome, "answer": "已实地核实", "answered_on": on} if outcome else {}
    return Objection.objects.create(
        case=case, received_on=on, objector="citizen", content="公示的件数与实际不符", **said
    )


def seen_on_site() -> dict[str, Any]:
    """What the supervising department says of its check on site today."""
    return {
        "opinion": "现场核查，措施到位",
        "checked_on": timezone.localdate(),
        "checked_at": "市政务服务中心",
        "checker_one": "王某某，执法监督科科长",
        "checker_two": "赵某某，执法监督科科员",
        "no_photos": "只核对案卷",
    }


def a_closure_asks(name: str) -> dict[str, Any]:
    """What a step of the closure asks for, filled in; nothing for any other."""
    found: dict[str, dict[str, Any]] = {
        "request_closure": SIGNED, "endorse": seen_on_site(), "publish": PUBLISHED, "close": {"opinion": "同意销号"},
    }  # fmt: skip
    return found.get(name, {})


def standards() -> None:
    """The statements that SIGNED signs, in the dictionary."""
    for n, (text, asks) in enumerate(STATEMENTS, 1):
        AcceptanceStandard.objects.get_or_create(code=f"YS{n}", defaults={"text": text, "asks": asks})


def published(case: Case, days_ago: int = 9) -> None:
    """Its publicity began so many days ago."""
    on = timezone.localdate() - timedelta(days_ago)
    case.rectification.__class__.objects.filter(pk=case.pk).update(published_on=on)
