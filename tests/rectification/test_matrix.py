"""The two matrices of a programme: what a cell says and leads to, and that 84 units ask no more than two.

Literal numbers of questions, at 10 problems, 30 required measures and 84 units.
"""

import re
from html import unescape
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from casework.models import Case
from organizations.enums import Role
from organizations.models import Unit
from rectification.enums import State
from rectification.models import Programme
from rectification.services import Filed, complete_measure
from tests.factories import UnitFactory, an_actor
from tests.papers import PDF
from tests.programmes import a_programme, accepted, claimed, issued, walked

pytestmark = pytest.mark.django_db
ROWS = tuple(tuple(f"规定措施{n}甲乙丙丁"[: 5 + m] for m in range(3)) for n in range(10))
FRAMING = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
MATRIX, MEASURES, PROGRAMME, ASPECT, ANSWER = 12, 14, 17, 13, 13


class World(NamedTuple):
    programme: Programme
    units: list[Unit]
    cases: list[Case]


def _large() -> World:
    """84 units: one has closed its first problem, one has claimed, one claims nothing, the others are silent."""
    units = [UnitFactory() for _ in range(84)]
    programme = issued(a_programme(units, rows=ROWS))
    cases = accepted(programme, units[0], {n: [3 * n - 2, 3 * n] for n in range(1, 11)})
    walked(cases[0])
    claimed(programme, units[1], {1: [1]})
    claimed(programme, units[2], {}, "本单位没有这些职责")
    return World(programme, units, cases)


def _small() -> World:
    """Two units, two problems, of which one is claimed."""
    units = [UnitFactory(), UnitFactory()]
    programme = issued(a_programme(units))
    return World(programme, units, accepted(programme, units[0], {1: [1]}))


@pytest.fixture(scope="module")
def worlds(made_once: Any) -> dict[str, World]:
    return made_once(lambda: {"large": _large(), "small": _small()})  # type: ignore[no-any-return]


@pytest.fixture
def world(worlds: dict[str, World]) -> World:
    return worlds["large"]


@pytest.fixture
def small(worlds: dict[str, World]) -> World:
    return worlds["small"]


def questions(client: Any, path: str) -> int:
    client.get(path)  # the calendar is read once a process
    with CaptureQueriesContext(connections["default"]) as told:
        answer = client.get(path)
    assert answer.status_code == 200
    return len([query for query in told if not query["sql"].startswith(FRAMING)])


def cells(client: Any, path: str) -> dict[str, list[tuple[str, str]]]:
    """Return what stands in each row of the matrix: words and address of each cell, by the unit."""
    body = unescape(client.get(path).content.decode()).split("<tbody>")[1].split("</tbody>")[0]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        name = re.search(r"<th[^>]*>.*?>([^<]+)</a>", row, re.DOTALL)
        links = re.findall(r'<td[^>]*>\s*<a href="([^"]+)">(.*?)</a>', row, re.DOTALL)
        assert name
        found[name[1]] = [(re.sub(r"<[^>]+>", "", words).strip(), url) for url, words in links]
    return found


@pytest.mark.parametrize("which", ["large", "small"])
def test_84_units_ask_no_more_than_two(signed_in: Any, which: str, worlds: dict[str, World]) -> None:
    one = worlds[which]
    client = signed_in(an_actor(Role.OFFICE_STAFF))
    url, aspect = one.programme.get_absolute_url(), one.programme.aspects.get(n=1)

    asked = [questions(client, f"{url}matrix/?by={by}") for by in ("aspect", "measure")]
    asked += [questions(client, path) for path in (url, aspect.get_absolute_url())]

    assert asked == [MATRIX, MEASURES, PROGRAMME, ASPECT]


@pytest.mark.parametrize("which", ["large", "small"])
def test_the_page_of_the_answer_asks_the_same_for_ten_problems_as_for_two(
    signed_in: Any, which: str, worlds: dict[str, World]
) -> None:
    one = worlds[which]
    unit = one.units[-1]
    case = Case.objects.get(unitclaim__programme=one.programme, unit=unit)
    client = signed_in(an_actor(Role.UNIT_LIAISON, unit))

    assert questions(client, f"{case.get_absolute_url()}answer/") == ANSWER


def test_a_cell_says_how_a_unit_stands_with_a_problem_and_leads_there(world: World, signed_in: Any) -> None:
    client = signed_in(an_actor(Role.OFFICE_DIRECTOR))
    units, cases = world.units, world.cases
    asked = Case.objects.filter(unitclaim__programme=world.programme).order_by("unit__place")
    answers = [one.get_absolute_url() for one in asked]

    found = cells(client, f"{world.programme.get_absolute_url()}matrix/")

    assert len(found) == 84
    assert found[units[0].name] == [
        ("已销号", cases[0].get_absolute_url()),
        *(("待报方案", case.get_absolute_url()) for case in cases[1:]),
    ]
    assert found[units[1].name][:2] == [("待核定", answers[1]), ("不涉及", answers[1])]
    assert found[units[2].name] == [("不涉及", answers[2])] * 10
    assert found[units[3].name] == [("未认领", answers[3])] * 10


def test_a_cell_says_how_a_unit_stands_with_a_required_measure(world: World, signed_in: Any) -> None:
    client = signed_in(an_actor(Role.OFFICE_DIRECTOR))
    first, second = (case.get_absolute_url() for case in world.cases[:2])

    found = cells(client, f"{world.programme.get_absolute_url()}matrix/?by=measure")

    assert [len(row) for row in found.values()] == [30] * 84
    own = found[world.units[0].name]
    assert own[0] == ("到位", f"{first}#m1")
    assert own[1][0] == "不涉及"
    assert own[2] == ("到位", f"{first}#m2")
    assert own[3] == ("未完成", f"{second}#m1")


def test_the_sheet_has_what_the_page_has(world: World, signed_in: Any) -> None:
    client = signed_in(an_actor(Role.OFFICE_STAFF))
    url = f"{world.programme.get_absolute_url()}matrix/"

    answer = client.get(f"{url}?export=xlsx")

    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.values)  # type: ignore[union-attr]
    by_unit = {str(row[0]): [str(cell) for cell in row[1:11]] for row in rows if row[0]}
    shown = {name: [word for word, _ in row] for name, row in cells(client, url).items()}
    assert {name: by_unit[name] for name in shown} == shown


def test_a_unit_opens_its_own_answer_and_no_matrix(small: World, signed_in: Any) -> None:
    client = signed_in(an_actor(Role.UNIT_LIAISON, small.units[0]))
    case, other = (Case.objects.get(unitclaim__programme=small.programme, unit=unit) for unit in small.units)

    assert client.get(case.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(f"{small.programme.get_absolute_url()}matrix/").status_code == 404


def test_a_measure_done_shows_before_anybody_has_judged_it(small: World, signed_in: Any) -> None:
    case, liaison = walked(small.cases[0], State.REMEDYING), an_actor(Role.UNIT_LIAISON, small.units[0])
    file = SimpleUploadedFile("清单.pdf", PDF)
    complete_measure(case.measures.get(), liaison, result="排查 60 份", done_on=case.since, filed=[Filed(file)])
    client = signed_in(an_actor(Role.OFFICE_STAFF))

    found = cells(client, f"{small.programme.get_absolute_url()}matrix/?by=measure")

    assert [word for word, _ in found[small.units[0].name]] == ["已完成", "不涉及", "不涉及"]
