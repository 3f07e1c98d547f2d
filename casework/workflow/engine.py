"""The one door: the only writers of a card's state and of the trail.

They are `open_case`, `perform`, `amend`, `note` and `withdraw`.

Each locks the row, looks again, moves it, writes the event and runs what must happen inside the same transaction
(INSIDE).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from casework import kinds
from casework.deadlines.step_deadlines import step_deadline
from casework.deadlines.working_days import rolled
from casework.errors import ConflictError, NotPermittedError, RefusedError
from casework.models import Case, Event
from casework.workflow import circuits, trail
from casework.workflow.circuits import Circuit, Doing, Transition
from casework.workflow.inputs import INPUTS
from casework.workflow.inside import INSIDE, Recorded
from casework.workflow.notices import news, tell
from casework.workflow.replaying import TIMED, replay, width
from casework.workflow.signing import refuse_other_than
from casework.workflow.ties import refuse_nonsense
from casework.workflow.values import all_columns, listed, plain, read_back, set_value, value_of, write_columns
from organizations.actor import Actor
from organizations.models import Post, Unit
from organizations.records import keys

__all__ = [
    "INSIDE",
    "Recorded",
    "amend",
    "events_after",
    "note",
    "open_case",
    "perform",
    "plain",
    "replay",
    "width",
    "withdraw",
]

LABELS = (
    "topic_id",
    "severity",
    "is_lead",
    "subkind",
)  # corrected, never moved: a correction holds for the past too (docs/data.md A)
FACTS = (*TIMED, *LABELS)
DEADLINES = frozenset(("due_on", "original_due_on", "step_due_on"))  # kept as they hold: never on a day of rest
HANDS = ("holder_unit_id", "holder_role", "holder_since", "step_due_on")
FREE = ("number", "title", "unit_name", "secrecy", "original_due_on", *HANDS)
CARD_FIELDS = frozenset((*FACTS, *FREE))
# Of every write the trail says what each column of the card became, whoever changed it: the step, its hand-over or the
# end of the case. Only the count of the events themselves is not said again.
RECORDED = tuple(f.attname for f in Case._meta.concrete_fields if f.attname not in {"id", "last_seq"})


@transaction.atomic
def open_case(
    kind: str,
    actor: Actor | None,
    *,
    unit: Unit,
    title: str,
    make: Callable[[Case], object],
    day: date | None = None,
    **given: Any,
) -> Case:
    """Make a card, its content (`make(case)` creates the row of the kind) and its first event; return the card.

    `given` are columns of the card: within, topic, severity, is_lead, subkind, number, due_on, secrecy, counted. `day`
    is when it took effect, today by default.
    """
    day, spec = day or timezone.localdate(), kinds.spec_of(kind)
    given = _as_they_hold(given | {"counted": given.get("counted", spec.counted)})
    case = Case(
        kind=kind, unit=unit, unit_name=unit.name_on(day), title=title, state="", since=day, opened_on=day, **given
    )
    case.original_due_on = case.original_due_on or case.due_on
    case.save()
    content = make(case)
    circuit = circuits.circuit_of(case)
    case.state = str(circuit.start)
    _hand_over(case, circuit, None, day)
    case.last_seq = 1
    case.save()
    facts = {name: plain(getattr(case, name)) for name in RECORDED}
    event = Event(
        case=case,
        seq=1,
        day=day,
        name="open",
        label=f"建立{spec.label}",
        state=case.state,
        after=facts,
        note={"content": all_columns(content)},
    )
    _write(event, "", actor.post if actor else None)
    _run_inside(case, event, actor, {}, frozenset())
    return case


@transaction.atomic
def perform(
    case: Case,
    name: str,
    actor: Actor | None,
    *,
    seen: int | None = None,
    shown: str | None = None,
    day: date | None = None,
    **given: Any,
) -> Case:
    """Take one step and return the card as it is now.

    Args:
        seen: `last_seq` of the card when the page was shown; None only for automatic steps and batches that just read
            it.
        shown: the mark of what the page showed to be signed; None as for `seen`.
        day: effective day, today by default; never before the last event's day or after today.
        given: the inputs the transition needs or may take.

    Raises:
        ConflictError: somebody acted since the page was shown, or the state has moved on.
        NotPermittedError: this person may not, or the case is not in scope.
        RefusedError: a guard, a recusal or a missing input stands in the way.
        ContentChangedError: what is to be signed is not what was shown.
    """
    case, last = _lock(case, actor, seen)
    day = _effective(day, last)
    transition = _permitted(circuits.circuit_of(case), case, name, actor)
    signed = transition.signs(case) if transition.signs else {}
    if shown is not None:
        refuse_other_than(shown, signed)
    missing = [f"请填写“{INPUTS[n].label}”" for n in transition.needs if not INPUTS[n].is_given(given.get(n))]
    reasons = transition.refusals(case, actor) + missing
    if reasons:
        raise RefusedError(reasons)
    said = transition.works_out(case, given, day) if transition.works_out else ""
    changes = transition.changes(case, given, day) if transition.changes else {}
    if transition.target is not None:
        changes["state"] = transition.target
    moves = transition.target is not None or transition.holder is not None
    writes = transition.writes(case, given, day) if transition.writes else {}
    before = write_columns(case.content, writes) if writes else {}
    what = _What(transition.name, transition.label, transition, moves, before)
    event, closings = _record(
        case, last, what, actor, day, changes, given=plain(given), written=plain(writes), worked_out=said, signed=signed
    )
    for effect in transition.effects:
        effect(Doing(case, transition, actor, day, given))
    if transition.tells:
        tell(case, news(case, transition.label), transition.tells(case), except_for=actor)
    _run_inside(case, event, actor, dict(given), closings)
    if not transition.leaves_sight:
        _refuse_out_of_sight(case, actor)
    return case


@transaction.atomic
def amend(
    case: Case,
    actor: Actor | None,
    changes: dict[str, Any],
    *,
    seen: int | None = None,
    reason: str = "",
    by: Post | None = None,
) -> Case:
    """Correct fields of the card or of its content; each is remembered as before and after.

    `by`: whose change elsewhere (of the calendar, of a limit) brought it about, where nobody works on the case itself.

    Raises:
        ConflictError, NotPermittedError: as for `perform`; the latter also when a field may not be corrected now.
    """
    case, last = _lock(case, actor, seen)
    allowed = circuits.circuit_of(case).editable(case, actor) if actor else frozenset(changes)
    if set(changes) - allowed:
        raise NotPermittedError("这些内容现在不能修改，请刷新后再看")
    content = case.content
    on_card = {k: v for k, v in changes.items() if k in CARD_FIELDS}
    on_content = {k: v for k, v in changes.items() if k not in CARD_FIELDS}
    before = {k: plain(getattr(case, k)) for k in on_card} | {k: plain(value_of(content, k)) for k in on_content}
    after = {k: plain(listed(v)) for k, v in changes.items()}
    differing = [k for k in changes if before[k] != after[k]]
    if not differing:
        return case
    for key in (k for k in differing if k in on_content):
        set_value(content, key, on_content[key])
    if content is not None:
        content.save()
    note = {"before": {k: before[k] for k in differing}, "changed": {k: after[k] for k in differing}}
    on_card = {k: v for k, v in on_card.items() if k in differing}
    what, given = _What("amend", "修改", by=by), {"reason": reason} if reason else {}
    event, closings = _record(case, last, what, actor, _effective(None, last), on_card, given=given, **note)
    _run_inside(case, event, actor, {}, closings)
    _refuse_out_of_sight(case, actor)
    return case


@transaction.atomic
def note(
    case: Case, actor: Actor | None, name: str, label: str = "", *, day: date | None = None, **details: Any
) -> Event:
    """Write an event that changes nothing on the card: a file was attached, a measure ticked off; return it."""
    case, last = _lock(case, actor, None)
    event, closings = _record(
        case, last, _What(name, label or name), actor, _effective(day, last), {}, given=plain(details)
    )
    _run_inside(case, event, actor, dict(details), closings)
    return event


@transaction.atomic
def withdraw(case: Case, actor: Actor | None, *, seen: int | None = None, reason: str) -> Case:
    """Take back the last step: a new event, effective on the day of the one it withdraws (docs/data.md A).

    Only who took it, only while nothing has happened since, and only steps that the table calls withdrawable.

    Raises:
        RefusedError: the last event is not such a step.
    """
    case, last = _lock(case, actor, seen)
    transition = circuits.circuit_of(case).by_name.get(last.name)
    if transition is None or not transition.withdrawable:
        raise RefusedError(["最近一步不是可以撤回的步骤，请通过下一步改正"])
    if actor is not None and last.post_id != actor.post.pk:
        raise NotPermittedError("只有办理这一步的人可以撤回")
    before = last.note.get("before_step")
    if before is None:
        raise RefusedError(["这一步没有记下办理前的样子，不能撤回，请通过下一步改正"])
    if before["content"]:
        write_columns(case.content, read_back(case.content, before["content"]))
    back = read_back(case, before["card"])
    what = _What("withdraw", f"撤回“{last.label}”")
    event, closings = _record(case, last, what, actor, last.day, back, given={"reason": reason}, withdraws=last.seq)
    for undo in reversed(transition.undo):
        undo(Doing(case, transition, actor, last.day, last.note.get("given", {})))
    if transition.tells:
        tell(case, news(case, f"撤回“{last.label}”"), transition.tells(case), except_for=actor)
    _run_inside(case, event, actor, {}, closings)
    _refuse_out_of_sight(case, actor)
    return case


def _lock(case: Case, actor: Actor | None, seen: int | None) -> tuple[Case, Event]:
    """Lock the row, within the actor's scope as it is now, and return it with its last event."""
    if actor is not None:
        actor.forget()
    rows = Case.objects.select_for_update(of=("self",))
    fresh = (rows.visible_to(actor) if actor else rows).filter(pk=case.pk).first()
    if fresh is None:
        raise NotPermittedError("没有这一件，或不在您的职责范围内")
    last = Event.objects.filter(case_id=fresh.pk).order_by("-seq")[0]
    if seen is not None and seen != fresh.last_seq:
        raise ConflictError(fresh, events_after(fresh, seen))
    return fresh, last


def events_after(case: Case, seen: int) -> list[Event]:
    """Return what has happened since a person had the case before his eyes, with who acted."""
    rows = Event.objects.filter(case_id=case.pk, seq__gt=seen)
    return list(rows.select_related("post__user", "post__unit").order_by("seq"))


def _refuse_out_of_sight(case: Case, actor: Actor | None) -> None:
    """After a write the case must still be in the actor's scope (docs/style.md, Scope).

    If not, the whole transaction is undone.
    """
    if actor is None:
        return
    actor.forget()
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotPermittedError(
            "这样办理后，本件就不在您的职责范围内了，所以没有保存。请核对填写的内容，或者请依法治市办办理"
        )


def _permitted(circuit: Circuit, case: Case, name: str, actor: Actor | None) -> Transition:
    transition = circuit.by_name.get(name)
    if transition is None:
        raise NotPermittedError("没有这个办理步骤")
    if case.state not in transition.sources:
        raise ConflictError(case, events_after(case, case.last_seq - 1))
    if actor is not None and not transition.who(actor, case):
        raise NotPermittedError(f"“{transition.label}”由{transition.who.label}办理")
    return transition


def _effective(day: date | None, last: Event) -> date:
    today = timezone.localdate()
    day = day or today
    if day < last.day or day > today:
        raise RefusedError([f"办理日期须在上一步({last.day.isoformat()})至今天之间"])
    return day


def _as_they_hold(columns: dict[str, Any]) -> dict[str, Any]:
    """Let a deadline that ends on a day of rest end on the next working day (docs/domain/compliance.md 7.1.3).

    The one place where it is done: what is kept is what holds, and whoever compares with it need not ask the calendar.
    """
    return {name: rolled(value) if name in DEADLINES else value for name, value in columns.items()}


class _What(NamedTuple):
    """What is being recorded.

    Its name in the trail, whether the case comes into other hands by it, what it overwrote in the content row.
    """

    name: str
    label: str
    transition: Transition | None = None
    moves: bool = False
    content_before: dict[str, Any] = {}  # read only
    by: Post | None = None  # whose change elsewhere brought it about, where nobody works on the case itself


def _record(
    case: Case, last: Event, what: _What, actor: Actor | None, day: date, changes: dict[str, Any], **remember: Any
) -> tuple[Event, frozenset[date]]:
    """Change the card and write the event; return it with the closing days it touches."""
    circuit, changes = circuits.circuit_of(case), _as_they_hold(changes)
    old = {name: getattr(case, name) for name in RECORDED}
    if not case.is_open and set(changes) & set(TIMED) and what.name != "withdraw":
        raise RefusedError(["已办结的件不再变动：有误即撤回，反弹另开新一轮"])
    for key, value in changes.items():
        setattr(case, key, value)
    if (case.state in circuit.terminal) == case.is_open:
        case.is_open = not case.is_open
        case.closed_on = None if case.is_open else day
    event = Event(case=case, seq=last.seq + 1, day=day, name=what.name, label=what.label)
    if any(getattr(case, name) != old[name] for name in TIMED):
        _hold(event, old)
        case.since = day
    case.last_seq = event.seq
    if what.moves:
        # the step itself may say since when, and by when
        _hand_over(case, circuit, what.transition, changes.get("holder_since", day))
        case.step_due_on = changes.get("step_due_on", case.step_due_on)
    after = {name: plain(getattr(case, name)) for name in RECORDED if getattr(case, name) != old[name]}
    event.source, event.state, event.after = old["state"], case.state, after
    case.save(update_fields=["last_seq", *(f.name for f in Case._meta.concrete_fields if f.attname in after)])
    event.note = {k: v for k, v in remember.items() if v}
    if what.transition is not None and what.transition.withdrawable:
        card_before = {k: plain(old[k]) for k in sorted(CARD_FIELDS) if old[k] != getattr(case, k)}
        event.note["before_step"] = {"card": card_before, "content": what.content_before}
    _write(event, last.hash, actor.post if actor else what.by)
    touched = {old["closed_on"], case.closed_on} if set(after) & {*FACTS, "original_due_on"} else set()
    return event, frozenset(d for d in touched if d)


def _hold(event: Event, old: dict[str, Any]) -> None:
    """Say what ended with this event and since when it had been so, unless it was closed or lasted less than a day."""
    if old["is_open"] and old["since"] < event.day:
        event.held_state, event.held_due_on, event.held_since = old["state"], old["due_on"], old["since"]
        event.width = width(old["since"], event.day)


def _write(event: Event, head: str, post: Post | None) -> None:
    now = timezone.now()
    event.at = now.replace(
        microsecond=now.microsecond // 1000 * 1000
    )  # dumpdata keeps milliseconds, and the chain must hold through it
    event.post = post
    event.unit_id, event.within_id, event.due_on = event.case.unit_id, event.case.within_id, event.case.due_on
    event.key = keys.current()
    event.hash = trail.link(head, event)
    event.save(force_insert=True)


def _hand_over(case: Case, circuit: Circuit, transition: Transition | None, day: date) -> None:
    """Set into whose hands the case comes, since which day, and by when the step is due."""
    if case.state in circuit.terminal:
        case.holder_unit_id, case.holder_role, case.holder_since, case.step_due_on = None, "", None, None
        return
    holder = (transition.holder if transition else None) or circuit.holders[case.state]
    unit_id, role = holder(case)
    case.holder_unit_id, case.holder_role, case.holder_since = unit_id, str(role), day
    case.step_due_on = rolled(circuit.said_by(case) or step_deadline(case.kind, case.state, day, case.due_on))


def _run_inside(
    case: Case, event: Event, actor: Actor | None, given: dict[str, Any], closings: frozenset[date]
) -> None:
    recorded = Recorded(case, event, actor, given, closings)
    for hook in INSIDE:
        hook(recorded)
    refuse_nonsense(case, circuits.circuit_of(case))
