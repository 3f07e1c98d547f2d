"""Book a look-back, the beginning of its case; or withdraw a closure, which is one that was not booked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework import kinds
from casework.errors import NotPermittedError
from casework.models import Case, Grant
from casework.services import attachments
from casework.workflow import engine
from organizations.actor import Actor
from organizations.enums import OFFICE
from rectification.enums import LOOK_BACK, LOOKED_BACK_AT, RECTIFICATION, LookBackOrigin, LookBackVerdict, State
from rectification.models import LookBack, Rectification
from ui.errors import DomainError
from ui.search import typed_words


@transaction.atomic
def book_look_back(actor: Actor, *, number: str, planned_on: date) -> Case:
    """Book a look-back at the rectification of this number (年度，销号后 3 至 12 个月; docs/domain/process.md P14).

    It takes the rectification's number with -H and two digits. Whoever sees the rectification sees it too.

    Raises:
        NotPermittedError: not the office.
        DomainError: no such rectification, nothing to look back at yet, one is waiting already, or the day has gone by.
    """
    if actor.role not in OFFICE:
        raise NotPermittedError("回头看由市委依法治市办安排")
    seen = Case.objects.select_for_update(of=("self",)).visible_to(actor)  # the lock: two that book at once
    case = seen.filter(kind=RECTIFICATION, number="".join(typed_words(number)).upper()).first()
    if case is None:
        raise DomainError(f"没有编号为 {number} 的整改，请到整改台账核对", {"number": "没有这个编号"})
    _refuse(case, planned_on)
    card = _open(case, actor, LookBackOrigin.BOOKED, planned_on)
    engine.note(case, actor, "look_back_planned", f"列入回头看，计划 {card.due_on:%Y-%m-%d}")
    return card


@transaction.atomic
def withdraw_closure(
    case: Case,
    actor: Actor,
    *,
    found: str,
    relapse_due_on: date,
    relapse_within: Case | None = None,
    files: Iterable[Any] = (),
) -> Case:
    """Withdraw a closure, since the remedy was found to be false (虚假整改); return the card of the next round.

    It is a look-back that was not booked, judged at once by the rules of any other: the closed round stays as it was,
    with its number and its days (docs/domain/process.md 2.4: 新开第 n+1 轮，原轮次与原统计不变).

    Raises:
        NotPermittedError, RefusedError: not the office, or somebody who had a hand in the closure.
        DomainError: not closed, followed by a round already, or a look-back is waiting; no deadline after today.
    """
    if actor.role not in OFFICE:
        raise NotPermittedError("撤销销号由市委依法治市办办理")
    rows = Case.objects.select_for_update(of=("self",)).visible_to(actor)  # the lock: two that withdraw at once
    closed = rows.filter(kind=RECTIFICATION, pk=case.pk).first()
    if closed is None or closed.state != State.CLOSED:
        raise DomainError("只有已销号的可以撤销销号")
    _refuse(closed, timezone.localdate())
    card = _open(closed, actor, LookBackOrigin.FOUND, timezone.localdate())
    kept = [attachments.attach(card, actor, file, record=False) for file in files]
    said: dict[str, Any] = {"verdict": LookBackVerdict.FALSE, "found": found, "relapse_due_on": relapse_due_on}
    said |= {"relapse_within": relapse_within} if relapse_within else {}
    engine.perform(card, "judge", actor, **said, files=kept)
    following: Case = Case.objects.get(rectification__previous=closed.pk)
    return following


def _open(case: Case, actor: Actor, origin: LookBackOrigin, on: date) -> Case:
    """Open the card of a look-back; whoever sees the rectification sees it too."""
    n = LookBack.objects.filter(rectification=case).count() + 1
    card = engine.open_case(
        LOOK_BACK,
        actor,
        unit=case.unit,
        title=case.title,
        topic=case.topic,
        severity=case.severity,
        subkind=origin,
        number=kinds.spec_of(LOOK_BACK).number.format(rectification=case.number, n=n),
        due_on=on,
        secrecy=case.secrecy,
        make=lambda card: LookBack.objects.create(case=card, rectification=case),
    )
    shared = ("unit_id", "role", "post_id", "capacity", "from_on", "to_on")
    grants = Grant.objects.filter(case=case).order_by("pk").values(*shared)
    Grant.objects.bulk_create(Grant(case=card, **grant) for grant in grants)
    return card


def _refuse(case: Case, planned_on: date) -> None:
    following = Rectification.objects.filter(previous_id=case.pk).select_related("case").first()
    if following is not None:  # a round that was followed by another is history
        raise DomainError(f"已有第 {following.round} 轮整改 {following.case.number}，请在新一轮上办")
    if case.state not in LOOKED_BACK_AT:
        raise DomainError("整改还没有开始，不列入回头看")
    if LookBack.objects.filter(rectification=case, case__is_open=True).exists():
        raise DomainError("本件已列入回头看，还没有结论，不用再列")
    if planned_on < timezone.localdate():
        raise DomainError(f"计划日期 {planned_on:%Y-%m-%d} 已经过去", {"planned_on": "须在今天以后"})
