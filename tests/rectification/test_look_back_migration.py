"""Rows of look-backs become cases: what was planned, what was found and by whom, with a trail that holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from casework.models import Case, Event, Grant
from casework.workflow import engine, ties, trail
from organizations.enums import Role
from organizations.models import Post
from rectification.enums import State
from rectification.models import LookBack, Rectification
from rectification.workflow.effects import open_rectification
from rectification.workflow.programme import settle_aspect
from tests.factories import UnitFactory, a_post, a_rectification, acting
from tests.rectification.scenes import at, today

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("rectification", "0003_ties_of_dates_and_persons")]
TABLE = Rectification._meta.db_table


def migrate(to: list[tuple[str, str]] | None = None) -> Any:
    """Go to a migration, or to the last: the tests behind this one need every column."""
    executor = MigrationExecutor(connection)
    to = to or executor.loader.graph.leaf_nodes("rectification")
    executor.migrate(to)
    return executor.loader.project_state(to).apps


def later_columns(apps: Any) -> list[Any]:
    """Return what later migrations add to the rectification: the engine of today reads it."""
    former = {field.column for field in apps.get_model("rectification", "Rectification")._meta.local_concrete_fields}
    return [field for field in Rectification._meta.local_concrete_fields if field.column not in former]


@pytest.fixture
def cases() -> tuple[Case, Case]:
    """A closed one and one under way, made while every column of today is there."""
    supervisor = UnitFactory(is_industry_supervisor=True)
    return at(State.CLOSED, supervisor=supervisor).case, a_rectification(State.REMEDYING)


@pytest.fixture
def former(cases: tuple[Case, Case], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The model of the rows as they were, its table beneath it; what asks tables of later days inside a step is out."""
    monkeypatch.setattr(engine, "INSIDE", [hook for hook in engine.INSIDE if hook is not settle_aspect])
    apps = migrate(BEFORE)
    with connection.cursor() as cursor:
        for field in later_columns(apps):
            holds = "NULL" if field.null else "NOT NULL DEFAULT ''"
            cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN {field.column} {field.db_type(connection)} {holds}")
    yield apps.get_model("rectification", "LookBack")
    migrate()


def forward() -> None:
    apps = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    with connection.cursor() as cursor:
        for field in later_columns(apps):
            cursor.execute(f"ALTER TABLE {TABLE} DROP COLUMN {field.column}")
    migrate()


def planned(former: Any, case: Case, on: date, post: Post) -> Any:
    """Plan one as it was done: a row, and an event on the rectification."""
    engine.note(case, acting(post), "look_back_planned", f"列入回头看，计划 {on:%Y-%m-%d}")
    return former.objects.create(case_id=case.pk, planned_on=on)


def judged(row: Any, case: Case, verdict: str, post: Post) -> None:
    row.verdict, row.note, row.done_on, row.post_id = verdict, "现场看过", today(), post.pk
    row.save()
    engine.note(case, acting(post), "look_back", "回头看", note="现场看过")


def test_every_row_becomes_a_case_with_its_days_persons_verdict_and_next_round(
    former: Any, cases: tuple[Case, Case]
) -> None:
    case, waiting = cases
    planner, judge = a_post(Role.OFFICE_STAFF), a_post(Role.OFFICE_STAFF)
    first_day, begun = today(), today() + timedelta(100)
    held = planned(former, case, first_day + timedelta(40), planner)
    with time_machine.travel(f"{begun}T09:00:00+08:00", tick=False):
        judged(held, case, "fair", judge)
        judged(planned(former, case, begun, planner), case, "relapsed", judge)
        again = _next_round(case)
        planned(former, waiting, begun + timedelta(30), planner)
        events_before = list(Event.objects.order_by("pk").values_list("pk", "hash"))

        forward()

        firm, second, open_one = (row.case for row in LookBack.objects.order_by("pk"))
        assert [card.number for card in (firm, second)] == [f"{case.number}-H01", f"{case.number}-H02"]
        assert (firm.state, firm.opened_on, firm.due_on, firm.closed_on) == (
            "judged", first_day, first_day + timedelta(40), begun,
        )  # fmt: skip
        assert (firm.lookback.verdict, firm.lookback.found, firm.lookback.next_round) == ("fair", "现场看过", None)
        assert (second.lookback.verdict, second.lookback.next_round) == ("relapsed", again)
        assert (open_one.number, open_one.state, open_one.is_open) == (f"{waiting.number}-H01", "pending", True)
        assert (open_one.holder_role, open_one.step_due_on) == (Role.OFFICE_STAFF, begun + timedelta(30))
        assert open_one.lookback.rectification == waiting
        told = Event.objects.filter(case=firm).order_by("seq").values_list("name", "day", "post", "held_since", "width")
        assert list(told) == [("open", first_day, planner.pk, None, None), ("judge", begun, judge.pk, first_day, 7)]
        assert _taking_part(firm) == _taking_part(case) != set()
        # what was recorded stays as it was, what is new holds, and the product goes on from it
        assert list(Event.objects.order_by("pk").values_list("pk", "hash"))[: len(events_before)] == events_before
        trail.seals(trusting=True).seal()  # as `seal_trail` does after an upgrade: migrations know no key
        assert list(trail.verify()) == []
        assert list(ties.nonsense([*Case.objects.order_by("pk").values_list("pk", flat=True)])) == []
        engine.perform(open_one, "judge", acting(a_post(Role.OFFICE_STAFF)), verdict="firm", found="巩固")
        assert list(trail.verify()) == []


def _next_round(case: Case) -> Case:
    """The next round as it stood beside the row that opened it."""
    return open_rectification(
        case.content.finding, case.unit, None, day=today(), suffix="-L2", previous=case.content, due_on=today()
    )


def _taking_part(case: Case) -> set[tuple[Any, ...]]:
    return set(Grant.objects.filter(case=case).values_list("unit", "role", "capacity", "from_on", "to_on"))
