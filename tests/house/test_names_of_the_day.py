"""Every mention of a unit or a post on a day bears the name of that day, wherever it is read; the present the present.

The pages are those of the table of rights, the lists and sheets those of the kinds, the figures all that are declared:
a new one is walked as soon as it is there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from copy import copy
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from casework import kinds
from casework.models import Case, Event
from casework.views.kinds import list_of
from casework.workflow import trail
from dashboards.declared.registry import figures
from organizations import services
from organizations.enums import Role, UnitCategory
from organizations.models import Post, Unit
from rectification.enums import State
from tests.factories import UnitFactory, a_post, a_rectification, acting
from tests.house.access import ROWS, Row
from tests.house.world import World, build, signed_in
from ui.columns import in_sheet
from ui.lists import numbered

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once(reason="the name of a day is chosen in Python; the pages are asked on both by test_access.py"),
]
WORKED, TODAY = date(2026, 10, 26), date(2026, 10, 28)  # what was done, and the day of the rename
NEW = "改名后"
PRESENT = {"holder"}  # in whose hands a case is: a present fact
PAST = re.compile(r'<ol class="qy-trail">.*?</ol>|<dl class="qy-facts.*?</dl>', re.DOTALL)
PAGES = [row for row in ROWS if not row.name.startswith("organizations:") and row.own]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A world that worked on Monday, in which every unit is called otherwise from Wednesday on."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(f"{WORKED} 09:00:00+08:00", tick=False):
            made = build()
        with time_machine.travel(f"{TODAY} 09:00:00+08:00", tick=False):
            Unit.objects.filter(abolished_on__isnull=False).update(abolished_on=TODAY + timedelta(60))
            _rename_whatever_its_dates()
            made.clients = {role: signed_in(post) for role, post in made.posts.items()}
            yield made
        transaction.set_rollback(True)


def _rename_whatever_its_dates() -> None:
    for unit in Unit.objects.order_by("pk"):
        name = f"{NEW}{unit.pk}"
        services.rename_unit(unit, name=name, short_name=name, on=TODAY, actor=None)


def pages_of(world: World, row: Row) -> Iterator[tuple[Role, str]]:
    for role in sorted(row.own):
        client = world.clients[role]
        cookies = copy(client.cookies)
        with transaction.atomic():
            answer = client.get(reverse(row.name, args=row.at(world.own)))
            transaction.set_rollback(True)
        client.cookies = cookies
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            yield role, answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_what_a_page_tells_of_earlier_days_bears_their_names(world: World, row: Row) -> None:
    told = [
        (role, part[max(0, part.index(NEW) - 60) :][:100])
        for role, page in pages_of(world, row)
        for part in PAST.findall(page)
        if NEW in part
    ]

    assert told == []


@pytest.mark.slow
def test_the_trails_are_read_at_all(world: World) -> None:
    row = next(row for row in ROWS if row.name == "rectification")
    unit = Unit.objects.get(pk=world.own.unit.pk)

    page = dict(pages_of(world, row))[Role.OFFICE_STAFF]

    # what happened to the case, and before it to its finding
    trails = [part for part in PAST.findall(page) if "qy-trail" in part]
    assert (len(trails), unit.name_on(WORKED) in trails[0], unit.short_name.startswith(NEW)) == (2, True, True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds.all_kinds(), ids=lambda kind: kind.name)
def test_a_sheet_of_earlier_cases_bears_their_names(world: World, kind: Any) -> None:
    actor = world.actor(Role.OFFICE_STAFF)
    spec = list_of(kind)
    rows = list(numbered(spec.export_rows(spec.shows(spec.rows(actor)))))
    columns = [column for column in in_sheet(spec.columns, actor) if column.name not in PRESENT]

    wrong = [(column.name, str(row)) for row in rows for column in columns if NEW in str(column.get(row))]

    assert (rows != [], wrong) == (True, [])


@pytest.mark.slow
@pytest.mark.parametrize("how", ["", "&export=xlsx"])
@pytest.mark.parametrize("figure", figures().values(), ids=lambda figure: figure.name)
def test_a_figure_of_a_day_bears_the_names_of_that_day(world: World, figure: Any, how: str) -> None:
    client = world.clients[Role.OFFICE_STAFF]
    url = reverse("figure", args=[figure.name])

    then = _text_of(client, f"{url}?on={WORKED}{how}")
    now = _text_of(client, f"{url}?on={TODAY}{how}")

    assert NEW not in then
    if figure.name == "by_unit":
        assert NEW in now


def _text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    if "html" in answer.headers["Content-Type"]:
        page = answer.content.decode()
        return " ".join(re.findall(r"<table.*?</table>", page, re.DOTALL))
    body = answer.getvalue() if hasattr(answer, "getvalue") else b"".join(answer)
    return "\n".join(
        str(cell) for row in load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True) for cell in row
    )


def test_a_post_that_has_ended_bears_the_name_of_its_last_day() -> None:
    with time_machine.travel(f"{TODAY} 09:00:00+08:00", tick=False):
        unit = UnitFactory(name="市外事办")
        post = a_post(Role.EXPERT, unit, to_on=WORKED)
        services.rename_unit(unit, name="市委外办", short_name="市委外办", on=TODAY, actor=None)
        keeper = a_post(Role.SECURITY_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION))

        page = signed_in(keeper).get(reverse("organizations:user", args=[post.user_id])).content.decode()

    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert ("市外事办" in table, "市委外办" in table) == (True, False)


def test_a_rename_from_an_earlier_day_says_what_it_touches_and_corrects_it() -> None:
    with time_machine.travel(f"{WORKED} 09:00:00+08:00", tick=False):
        unit = a_rectification(State.REMEDYING).unit
    with time_machine.travel(f"{TODAY} 09:00:00+08:00", tick=False):
        old, cards, since = unit.short_name, Case.objects.filter(unit=unit), WORKED - timedelta(7)
        n = cards.count()
        keeper = a_post(Role.SYSTEM_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION))
        given = {"name": "新名", "short_name": "新名", "on": str(since), "basis": ""}

        asked = signed_in(keeper).post(reverse("organizations:rename_unit", args=[unit.pk]), given).content.decode()
        untouched = set(cards.values_list("unit_name", flat=True))
        services.rename_unit(unit, name="新名", short_name="新名", on=since, actor=acting(keeper))

        # the finding, what fed it back, and its rectification
        assert (n, f"登记的 {n} 件" in asked, untouched) == (3, True, {old})
        assert f"<li>整改 {cards.get(kind='rectification').number}</li>" in asked
        assert "没有链接的，不在您可以看的范围（管理员不看件的内容），只列编号。" in asked
        assert set(cards.values_list("unit_name", flat=True)) == {"新名"}
        assert Event.objects.filter(case__unit=unit, after__unit_name="新名", name="amend").count() == n
        assert list(trail.verify(cards)) == []


def test_what_was_opened_before_the_day_keeps_its_name() -> None:
    with time_machine.travel(f"{WORKED} 09:00:00+08:00", tick=False):
        unit = a_rectification(State.REMEDYING).unit
    with time_machine.travel(f"{TODAY} 09:00:00+08:00", tick=False):
        cards = Case.objects.filter(unit=unit)
        before = list(cards.order_by("pk").values_list("pk", "unit_name", "last_seq"))

        services.rename_unit(unit, name="新名", short_name="新名", on=TODAY, actor=None)

        assert list(cards.order_by("pk").values_list("pk", "unit_name", "last_seq")) == before


def test_the_names_of_a_day_cost_no_query() -> None:
    unit = UnitFactory(name="一局")
    with time_machine.travel(f"{TODAY} 09:00:00+08:00", tick=False):
        services.rename_unit(unit, name="二局", short_name="二局", on=WORKED, actor=None)
    post = a_post(Role.EXPERT, unit)
    read = Post.objects.select_related("unit", "user").get(pk=post.pk)

    before = len(connection.queries_log)
    said = [read.place_on(WORKED - timedelta(1)), read.place_on(WORKED)]

    assert (said, len(connection.queries_log)) == (["一局 · 律师、专家", "二局 · 律师、专家"], before)


def test_the_column_says_what_the_table_of_former_names_says() -> None:
    unit = UnitFactory(name="一局")
    with time_machine.travel(f"{TODAY} 09:00:00+08:00", tick=False):
        for name, on in (("二局", date(2019, 1, 10)), ("三局", date(2024, 3, 1))):
            services.rename_unit(unit, name=name, short_name=name, on=on, actor=None)

    kept = Unit.objects.get(pk=unit.pk)

    table = [[str(past.to_on), past.short_name] for past in kept.names.order_by("to_on")]
    assert kept.past_names == table == [["2019-01-09", "一局"], ["2024-02-29", "二局"]]
