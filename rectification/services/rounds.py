"""进展调度: how the office calls for progress, how a unit answers all it is asked on one page, who is reminded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from casework.deadlines.working_days import next_workday
from casework.errors import NotPermittedError
from casework.models import Case, Event
from casework.workflow import engine
from casework.workflow.notices import tell
from organizations.actor import Actor
from organizations.enums import INSPECTED, Role
from organizations.models import Unit
from rectification.enums import PROGRESS_CALL, RECTIFICATION, WORKING, CallState
from rectification.facts import Pace, pace
from rectification.models import CallItem, ProgressCall, ProgressReport, ProgressRound
from rectification.services.reminding import remind_each, unreminded
from rectification.workflow.progress import UNCHANGED, latest_percent, needs_why, unanswered
from ui.errors import DomainError


class Answer(NamedTuple):
    """What a unit says of one rectification in a round.

    `unchanged` says that nothing is new; `why` where that is said for the third time running.
    """

    item: int
    percent: int | None = None
    text: str = ""
    unchanged: bool = False
    why: str = ""
    fall_reason: str = ""
    problem: str = ""
    support: str = ""


@transaction.atomic
def call_round(
    actor: Actor, *, title: str, due_on: date, within: Case | None = None, units: Iterable[Unit] = ()
) -> ProgressRound:
    """Call for the progress of what is open: of a campaign, of some units, or of all; return the round.

    Raises:
        NotPermittedError: not the office's staff.
        DomainError: the day has gone by, the title is taken, nothing is open.
    """
    if actor.role != Role.OFFICE_STAFF:
        raise NotPermittedError("进展调度由法治督察科发起")
    today = timezone.localdate()
    if due_on < today:
        raise DomainError(f"答复期限 {due_on:%Y-%m-%d} 已经过去", {"due_on": "须在今天以后"})
    if ProgressRound.objects.filter(title=title).exists():
        raise DomainError(f"已有名为“{title}”的调度", {"title": "已有同名的调度"})
    rows = Case.objects.visible_to(actor).filter(kind=RECTIFICATION, state__in=sorted(WORKING))
    rows = rows.filter(within=within) if within else rows
    chosen = [unit.pk for unit in units]
    rows = rows.filter(unit_id__in=chosen) if chosen else rows
    cases = list(rows.select_related("unit").order_by("unit__place", "unit_id", "due_on", "pk"))
    if not cases:
        raise DomainError("所选范围内没有整改中的件，不用调度")
    called = ProgressRound.objects.create(
        title=title, called_on=today, due_on=next_workday(due_on), within=within, post=actor.post
    )
    for _, theirs in groupby(cases, key=lambda case: case.unit_id):
        _call_unit(called, list(theirs), actor)
    return called


def _call_unit(called: ProgressRound, cases: Sequence[Case], actor: Actor) -> None:
    card = engine.open_case(
        PROGRESS_CALL,
        actor,
        unit=cases[0].unit,
        title=f"{called.title}（{len(cases)} 件，{called.due_on:%m-%d} 前）",
        make=lambda card: ProgressCall.objects.create(case=card, round=called),
        within=called.within,
        due_on=called.due_on,
    )
    CallItem.objects.bulk_create(CallItem(call_id=card.pk, rectification=case) for case in cases)
    tell(card, f"{card.title}：请填报整改进展", [(card.unit_id, INSPECTED)])


@transaction.atomic
def answer_call(case: Case, actor: Actor, answers: Sequence[Answer], *, seen: int | None = None) -> Case:
    """Report on everything that a unit is asked in a round, and hand the answer in; return the card.

    Each is a report of its own rectification, by the same step as a single one.

    Raises:
        DomainError: what is wrong, its fields named "<item>-<field>"; then nothing is written.
    """
    open_items, given = {item.pk: item for item in unanswered(case)}, {one.item: one for one in answers}
    if missing := [pk for pk in open_items if pk not in given]:
        raise DomainError(f"还有 {len(missing)} 件没有填报", {f"{pk}-text": "还没有填报" for pk in missing})
    for pk, item in open_items.items():
        try:
            item.report = _report(item.rectification, actor, given[pk])
        except DomainError as refused:
            beside = {f"{pk}-{BESIDE.get(name, name)}": text for name, text in refused.fields.items()}
            raise DomainError(f"{item.rectification.title}：{refused.message}", beside) from refused
        item.save(update_fields=["report"])
    return engine.perform(case, "answer", actor, seen=seen)


BESIDE = {"note_progress": "text", "why_unchanged": "why"}  # an input of the step -> the field of the page


def _report(case: Case, actor: Actor, one: Answer) -> ProgressReport:
    said: dict[str, Any] = {"percent": one.percent, "note_progress": one.text.strip(), "fall_reason": one.fall_reason}
    if one.unchanged:
        said |= {"percent": latest_percent(case) or 0, "note_progress": UNCHANGED, "fall_reason": ""}
    elif one.percent is None or not one.text.strip():
        raise DomainError("请填进度和进展情况，没有变化的请勾选“无变化”", {"note_progress": "还没有填"})
    said |= {"why_unchanged": one.why.strip(), "problem": one.problem.strip(), "support": one.support.strip()}
    engine.perform(case, "report_progress", actor, **{name: value for name, value in said.items() if value != ""})
    return ProgressReport.objects.filter(case=case).order_by("-pk")[0]


def to_remind(called: ProgressRound) -> list[Case]:
    """Return the cards of the round that are not answered and were not reminded of."""
    return unreminded(Case.objects.filter(progresscall__round=called, state=CallState.ASKED))


@transaction.atomic
def remind_round(called: ProgressRound, actor: Actor) -> int:
    """Remind every unit of the round that has not answered, each once; return how many were reminded."""
    return remind_each(to_remind(called), actor)


def unanswered_cards(called: ProgressRound) -> list[Case]:
    """Return the cards of the round that still wait for an answer."""
    cards = Case.objects.filter(progresscall__round=called, state=CallState.ASKED)
    return list(cards.order_by("unit__place", "pk"))


@transaction.atomic
def cancel_round(called: ProgressRound, actor: Actor, *, reason: str) -> int:
    """Cancel what is not answered of a round, all for one reason; return how many units were told."""
    cards = unanswered_cards(called)
    for card in cards:
        engine.perform(card, "cancel", actor, reason=reason)
    return len(cards)


class Asked(NamedTuple):
    """One rectification that a unit is asked about: what it said last, and how that stands beside the time gone."""

    item: CallItem
    last: ProgressReport | None
    pace: Pace | None
    needs_why: bool

    @property
    def case(self) -> Case:
        return self.item.rectification


def asked(case: Case) -> list[Asked]:
    """Return what a unit still owes an answer on, with its last words: two questions, however many there are."""
    items = unanswered(case)
    by_case: dict[int, list[ProgressReport]] = {item.rectification_id: [] for item in items}
    for report in ProgressReport.objects.filter(case_id__in=by_case).order_by("-day", "-pk"):
        by_case[report.case_id].append(report)
    found = []
    for item in items:
        reports = by_case[item.rectification_id]
        last = reports[0] if reports else None
        now = pace(item.rectification, last.percent if last else 0)
        found.append(Asked(item, last, now, needs_why(reports)))
    return found


class Covered(NamedTuple):
    """One unit of a round: what it was asked, whether it has answered, when it was reminded."""

    case: Case
    items: list[CallItem]
    reminded: date | None

    @property
    def is_answered(self) -> bool:
        return self.case.state == CallState.ANSWERED

    @property
    def may_be_reminded(self) -> bool:
        return self.case.state == CallState.ASKED and self.reminded is None

    @property
    def n_unchanged(self) -> int:
        return sum(1 for item in self.items if item.report and item.report.is_unchanged)

    @property
    def n_behind(self) -> int:
        paces = (pace(item.rectification, item.report.percent) for item in self.items if item.report)
        return sum(1 for one in paces if one is not None and one.is_behind)


def coverage(called: ProgressRound, actor: Actor) -> list[Covered]:
    """Return every unit of a round, those that have not answered first: three questions, however many there are."""
    cards = Case.objects.visible_to(actor).filter(progresscall__round=called).select_related("unit")
    items = CallItem.objects.filter(call__round=called).select_related("rectification", "report").order_by("pk")
    by_call: dict[int, list[CallItem]] = {}
    for item in items:
        by_call.setdefault(item.call_id, []).append(item)
    events = Event.objects.filter(case__progresscall__round=called, name="remind").order_by("seq")
    reminded = dict(events.values_list("case_id", "day"))
    rows = [
        Covered(card, by_call.get(card.pk, []), reminded.get(card.pk)) for card in cards.order_by("unit__place", "pk")
    ]
    return sorted(rows, key=lambda row: row.case.state != CallState.ASKED)
