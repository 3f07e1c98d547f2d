"""The trail cannot be changed, and a change with the locks lifted is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from casework.models import Case, Event
from casework.workflow import locks, trail
from rectification.enums import State
from tests.factories import a_rectification

pytestmark = pytest.mark.django_db


def _save(event: Event) -> None:
    event.label = "改过"
    event.save()


def _upsert(event: Event) -> None:
    event.label = "改过"
    Event.objects.bulk_create([event], update_conflicts=True, unique_fields=["id"], update_fields=["label"])


def _replace(event: Event) -> None:
    with connection.cursor() as cursor:
        columns = ", ".join(f'"{f.column}"' for f in Event._meta.concrete_fields if f.column != "id")
        verb = "insert or replace into" if connection.vendor == "sqlite" else "insert into"
        cursor.execute(
            f"{verb} {trail.TABLE} (id, {columns}) select id, {columns} from {trail.TABLE} where id = %s", [event.pk]
        )


def _truncate(event: Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"delete from {trail.TABLE}" if connection.vendor == "sqlite" else f"truncate {trail.TABLE} cascade"
        )


@pytest.mark.parametrize(
    "tamper",
    [
        lambda e: Event.objects.filter(pk=e.pk).update(label="改过"),
        lambda e: e.delete(),
        _save,
        _upsert,
        _replace,
        _truncate,
    ],
    ids=["update", "delete", "save", "upsert", "replace", "truncate"],
)
def test_the_database_refuses_to_change_or_remove_an_event(tamper: Callable[[Event], object]) -> None:
    event = Event.objects.filter(case=a_rectification(State.CLAIM)).latest("seq")

    with pytest.raises(DatabaseError), transaction.atomic():
        tamper(event)

    assert Event.objects.get(pk=event.pk).label == "签收"


def test_a_row_changed_with_the_triggers_lifted_is_found() -> None:
    case = a_rectification(State.PLAN)
    event = Event.objects.filter(case=case).latest("seq")
    trail.lift()
    Event.objects.filter(pk=event.pk).update(note={"given": {"reason": "后补的"}})
    trail.install()

    assert list(trail.verify()) == [(case.pk, event.seq, "内容与链值不符")]
    with pytest.raises(CommandError):
        call_command("verify_trail")


def test_a_removed_last_event_is_found_against_the_card() -> None:
    case = a_rectification(State.PLAN)
    trail.lift()
    Event.objects.filter(case=case).latest("seq").delete()
    trail.install()

    assert [what for _, _, what in trail.verify(Case.objects.filter(pk=case.pk))] == ["末条与卡片不符"]


def test_a_card_whose_whole_trail_is_gone_is_found() -> None:
    case = a_rectification(State.PLAN)
    trail.lift()
    Event.objects.filter(case=case).delete()
    trail.install()

    assert list(trail.verify()) == [(case.pk, 0, "没有经过")]


@pytest.mark.parametrize(
    "changed",
    [
        {"label": "认领（补）"},
        {"held_state": "sign"},
        {"held_since": date(2020, 1, 1)},
        {"width": 9},
        {"due_on": date(2030, 1, 1)},
        {"day": date(2020, 1, 1)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_every_column_is_under_the_chain(changed: dict[str, Any]) -> None:
    case = a_rectification(State.PLAN)
    event = Event.objects.filter(case=case).earliest("seq")
    trail.lift()
    Event.objects.filter(pk=event.pk).update(**changed)
    trail.install()

    assert list(trail.verify()) == [(case.pk, event.seq, "内容与链值不符")]


def test_the_chain_holds_through_dumpdata() -> None:
    case = a_rectification(State.PLAN)
    dumped = serializers.serialize("json", Event.objects.filter(case=case).order_by("seq"))

    head = ""
    for restored in serializers.deserialize("json", dumped):
        event = restored.object
        assert trail.link(head, event) == event.hash
        head = event.hash
    assert len(json.loads(dumped)) == case.last_seq


def test_the_triggers_stand_after_migrate_and_the_check_says_when_they_do_not() -> None:
    from casework.checks import trail_is_protected

    assert trail.are_installed()
    assert trail_is_protected(databases=["default"]) == []

    trail.lift()
    assert [message.id for message in trail_is_protected(databases=["default"])] == ["casework.E001"]
    trail.install()


@pytest.mark.parametrize("wrong", [{"seq": 9}, {"hash": "0" * 63}], ids=["a gap", "half a hash"])
def test_the_database_refuses_an_event_that_does_not_follow_the_last(wrong: dict[str, Any]) -> None:
    event = Event.objects.filter(case=a_rectification(State.CLAIM)).latest("seq")
    event.pk, event.seq = None, event.seq + 1
    for name, value in wrong.items():
        setattr(event, name, value)

    with pytest.raises(DatabaseError, match="办理经过须接在末条之后"), transaction.atomic():
        event.save(force_insert=True)


def test_a_trigger_narrowed_to_one_column_is_told() -> None:
    if connection.vendor == "postgresql":
        table, when, _, function, word = locks.POSTGRESQL["trail_rows"]
        name, does = "trail_rows", f"{when.format(table)} execute function {function}('{word}')"
    else:
        name = "trail_no_update"
        does = locks.SQLITE[name]
    with connection.cursor() as cursor:
        cursor.execute(f"drop trigger {name}" + (f" on {table}" if connection.vendor == "postgresql" else ""))
        cursor.execute(f"create trigger {name} {does.replace('update', 'update of seq', 1)}")

    assert locks.strangers() == [name]


def test_a_trigger_of_another_making_is_told() -> None:
    trail.lift()
    does = "begin select 1; end"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("create function nothing() returns trigger language plpgsql as 'begin return new; end'")
            does = "for each row execute function nothing()"
        cursor.execute(f"create trigger seal_no_update before update on {trail.TABLE} {does}")

    assert "seal_no_update" in locks.strangers()
    with connection.cursor() as cursor:
        on = f" on {trail.TABLE}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"drop trigger seal_no_update{on}")
    trail.install()
    assert locks.strangers() == []
