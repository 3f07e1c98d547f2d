"""Lawful histories look lawful; every tampering is told.

A history takes every line of the signed table of rights (docs/rights.csv) at least once, with late entries,
corrections, files, steps taken back, holidays loaded and loaded again, units merged and changes of post. Then the three
who look, `check_figures`, `verify_trail` and the night, are silent. Then one column or one row is changed behind the
engine's back, and it is told.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from casework import kinds
from casework.deadlines.working_days import next_workday
from casework.jobs import night
from casework.models import Case, Event, NightlyProgress
from casework.workflow import trail
from dashboards.models import SealedCell
from organizations.records import ledger
from rectification.enums import RECTIFICATION
from tests.casework.clock import Clock, shown
from tests.casework.lawful import Office
from tests.rights.sheet import KINDS, rights

pytestmark = pytest.mark.django_db
LEAST, MOST = int(os.environ.get("QY_EXAMPLES", "20")) * 6, 1500
LINES = {(KINDS[row.kind], row.code) for row in rights()}  # as the office signs them
DAYS = 420
BESIDES = ("take_back", "correct", "hand_in", "load_holidays", "merge", "change_post", "late_entry", "deadlines moved")

# written down by hand: what is kept of a case, and of what has happened to it
CARD = {
    "kind", "counted", "number", "title", "unit", "unit_name", "within", "topic", "severity", "is_lead", "subkind",
    "state", "is_open", "since", "opened_on", "closed_on", "due_on", "original_due_on", "holder_unit", "holder_role",
    "holder_since", "step_due_on", "secrecy", "last_seq",
}  # fmt: skip
EVENT = {
    "case", "seq", "at", "day", "post", "name", "label", "source", "state", "due_on", "after", "note", "unit", "within",
    "held_state", "held_due_on", "held_since", "width", "hash", "key",
}  # fmt: skip


def taken() -> set[tuple[str, str]]:
    return set(Event.objects.order_by().values_list("case__kind", "name").distinct())


def told(look: str, **how: Any) -> str:
    """Return what one who looks has to complain of; nothing when all is well."""
    try:
        call_command(look, stdout=StringIO(), stderr=StringIO(), **how)
    except CommandError as complaint:
        return str(complaint)
    return ""


def told_by_night() -> list[str]:
    NightlyProgress.objects.all().delete()
    return [outcome.said for outcome in night.run() if outcome.has_failed]


def other(field: models.Field[Any, Any], value: Any) -> Any:
    """Return another value that the column could hold."""
    if isinstance(field, models.ForeignKey):
        rest = field.related_model._default_manager.exclude(pk=value).order_by("pk").values_list("pk", flat=True)
        return rest.first() or (value or 0) + 1
    if isinstance(field, models.DateTimeField):
        return (value or timezone.now()) + timedelta(1)
    if isinstance(field, models.DateField):
        # a working day: a deadline on a day of rest is rolled on by the night, once the trail's check has told it
        return next_workday(value + timedelta(1)) if value else Clock(0).today
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.IntegerField):
        return (value or 0) + 1
    if isinstance(field, models.GenericIPAddressField):
        return "10.9.9.9"
    if isinstance(field, models.DecimalField):
        return value + 1
    if isinstance(field, models.JSONField):
        return {**value, "forged": 1} if isinstance(value, dict) else [*value, "forged"]
    return f"{(value or '')[: (field.max_length or 99) - 1]}*"


@pytest.fixture
def history() -> Iterator[Office]:
    clock = Clock(DAYS)
    with shown(clock):
        office = Office(1, clock, Counter())
        office.play(LEAST, MOST, lambda: sorted(LINES - taken()) + [("", n) for n in BESIDES if not office.done[n]])
        yield office


@pytest.mark.parametrize("kind", [spec.name for spec in kinds.all_kinds()])
def test_a_history_knows_how_every_kind_begins(kind: str) -> None:
    assert kind in Office.BEGIN


@pytest.mark.slow
def test_lawful_histories_are_silent_and_tampering_is_told(history: Office) -> None:
    assert taken() >= LINES, f"never taken: {sorted(LINES - taken())}"
    assert all(history.done[name] for name in BESIDES), history.done
    ledger.sign()  # as each of its commits would have done
    assert [told("verify_trail"), told("verify_rows"), told("check_figures"), *told_by_night()] == ["", "", ""]

    deeds = dict(tampering())
    untold = [what for what, deed in deeds.items() if not is_told(deed)]
    assert untold == []
    deeds["card step_due_on"]()
    assert len(told_by_night()) == 3, "the night looks at the trails of the day, at all trails and at all cards"


def is_told(deed: Callable[[], object]) -> bool:
    """Do it behind everybody's back, and undo it; say whether it could not be done, or was told by who looks."""
    with transaction.atomic():
        trail.lift()
        try:
            with transaction.atomic():
                deed()
        except IntegrityError:  # the database itself refuses it
            return True
        finally:
            trail.install()
        is_seen = bool(told("verify_trail") or told("check_figures"))
        transaction.set_rollback(True)
    return is_seen


def tampering() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what could be done to the store, each with its name: every column of a card and of an event, every row."""
    assert {f.name for f in Case._meta.concrete_fields} - {"id"} == CARD
    assert {f.name for f in Event._meta.concrete_fields} - {"id"} == EVENT
    cards = {case.kind: case for case in Case.objects.filter(is_open=True).order_by("pk")}
    yield from ((f"card {name}", changed(cards[RECTIFICATION], name)) for name in sorted(CARD))
    for n, name in enumerate(sorted(CARD)):  # of the other kinds in turn
        kind = sorted(cards)[n % len(cards)]
        yield f"{kind} {name}", changed(cards[kind], name)
    ended = Case.objects.filter(kind=RECTIFICATION, is_open=False).order_by("pk")[0]
    yield from ((f"ended {name}", changed(ended, name)) for name in ("state", "closed_on", "due_on", "topic"))

    trails = Event.objects.filter(case=ended).order_by("seq")
    first, second, last = trails[0], trails[1], trails.reverse()[0]
    yield from ((f"event {name}", changed(second, name)) for name in sorted(EVENT))
    for event in (first, second, last):
        yield f"event {event.seq} of {last.seq} gone", Event.objects.filter(pk=event.pk).delete
    yield "the whole trail gone", Event.objects.filter(case=ended).delete
    yield "a forged event", lambda: Event.objects.bulk_create([copied(last)])
    yield "a figure", lambda: SealedCell.objects.filter(pk=SealedCell.objects.latest("pk").pk).update(n=99)


def changed(row: Any, name: str) -> Callable[[], object]:
    field = row._meta.get_field(name)
    new = other(field, getattr(row, field.attname))
    return lambda: type(row).objects.filter(pk=row.pk).update(**{field.attname: new})


def copied(event: Event) -> Event:
    forged = Event.objects.get(pk=event.pk)
    forged.pk, forged.seq = None, event.seq + 1
    return forged
