"""The data of a measurement are such as the engine would have left.

Chains hold, figures hold, indexes and triggers stand again.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from casework.models import Case, Event
from casework.workflow import trail
from qingyang_inspect.benchmark import bulk, loading, measuring, stores
from qingyang_inspect.benchmark.bulk import Bulk

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 60


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, Event._meta.db_table))


def said(command: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_what_is_built_in_bulk_holds_and_can_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PIECE", 25)
    monkeypatch.setattr(bulk, "PER_CAMPAIGN", 20)
    before, post = indexes(), stores.people()

    Bulk(post).load(SIZE, lambda n: None)

    assert Case.objects.filter(kind="finding").count() == SIZE
    assert Case.objects.filter(kind="campaign").count() == SIZE // 20
    assert said("verify_trail").strip() == f"共 {2 * SIZE + SIZE // 20} 件，全部相符"
    assert "全部相符" in said("check_figures", cards=0)
    assert (indexes(), trail.are_installed()) == (before, True)
    assert Event.objects.create(**_an_event(post)).pk  # keys go on behind what was loaded
    page = measuring.signed_in(post).get("/rectifications/")
    assert page.status_code == 200


def _an_event(post: Any) -> dict[str, Any]:
    last = Event.objects.order_by("-pk")[0]
    kept = ("case_id", "at", "day", "state", "unit_id", "within_id")
    return (
        {name: getattr(last, name) for name in kept}
        | {"seq": last.seq + 1, "post_id": post.pk, "name": "x"}
        | {"hash": "0" * 64, "key": "x"}
    )


def test_a_column_that_a_row_does_not_give_gets_its_default() -> None:
    table = loading.Table(Event, ("case_id", "seq"))

    assert "label" in table.columns
    assert "id" not in table.columns
    assert len(table.columns) == 2 + len(table.defaults)
