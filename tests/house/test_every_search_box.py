"""Every search box understands the same: numbers as shown, names a unit ever had, initials, full-width letters."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.kinds import all_kinds
from casework.models import Case, Notice
from casework.search.search import search_cards
from inspections.enums import FindingState, Kind
from organizations.enums import Role
from organizations.models import Unit
from organizations.services import rename_unit
from rectification.enums import RECTIFICATION
from rectification.workflow.effects import open_rectification
from tests.factories import UnitFactory, UserFactory, a_campaign, a_finding, a_post, an_actor
from ui.pinyin import person_key
from ui.search import plain, typed_words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def numbered(made_once: Any) -> dict[str, Case]:
    return made_once(a_finding_followed_up)


def a_finding_followed_up() -> dict[str, Case]:
    """A finding fed back to two units, followed by a claim of a third and by a second round."""
    units = [UnitFactory(name=f"庆阳市{name}", short_name=name) for name in ("甲县", "乙县", "丙县")]
    finding = a_finding(FindingState.FED_BACK, campaign=a_campaign(units=units), unit=units[0])
    today = date.today()
    for unit, suffix in ((units[1], "-P01"), (units[2], "-G01"), (units[0], "-L2"), (units[1], "-P01-L2")):
        open_rectification(finding, unit, None, day=today, suffix=suffix, is_lead=False)
    number = finding.case.number
    a_finding(FindingState.FED_BACK, campaign=finding.case.within.campaign, unit=units[1])
    found = {card.number.removeprefix(number): card for card in Case.objects.filter(rectification__finding=finding)}
    return found | {"finding": finding.case}


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


WAYS = {
    "as shown": lambda number: number,
    "small letters": str.lower,
    "full-width": full_width,
    "spaces about hyphens": lambda number: number.replace("-", " - "),
    "dashes": lambda number: number.replace("-", "–"),
    "in a pasted line": lambda number: f"\u200b {number}\u3000",
    "the end of it": lambda number: "-".join(number.split("-")[3:]),
    "from the middle": lambda number: "-".join(number.split("-")[2:])[1:],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", ["-P01", "-G01", "-L2", "-P01-L2"])
def test_a_number_with_its_part_finds_its_card_from_every_box(numbered: dict[str, Case], part: str, way: str) -> None:
    card = numbered[part]
    typed = WAYS[way](card.number)
    longer = {one for end, one in numbered.items() if end.startswith(part)}

    assert set(search_cards(Case.objects.all(), typed, None)) == longer
    assert set(search_of_kind(RECTIFICATION, typed)) == longer
    assert set(search_of_kind(Kind.FINDING, typed)) == {numbered["finding"]}


def search_of_kind(kind: str, typed: str) -> Any:
    from casework.search.search import search_of

    return search_of(kind)(Case.objects.of_kind(kind), typed, None)


@pytest.mark.parametrize("way", WAYS)
def test_the_number_of_a_finding_finds_all_that_follows_it_up(numbered: dict[str, Case], way: str) -> None:
    typed = WAYS[way](numbered["finding"].number)

    assert set(search_cards(Case.objects.all(), typed, None)) == set(numbered.values())


@pytest.mark.parametrize("typed", ["1", "01", "001", "0001", "0001 L2", "0001L9"])
def test_a_short_number_is_a_running_number_and_two_words_are_one(numbered: dict[str, Case], typed: str) -> None:
    found = set(search_of_kind(RECTIFICATION, typed))

    expected = {"0001 L2": {numbered["-L2"]}, "0001L9": set()}
    mine = {card for card in numbered.values() if card.kind == RECTIFICATION}
    assert found >= mine if typed not in expected else found == expected[typed]


NAMES = [
    "市大数据局",
    "庆阳市大数据管理局",
    "市数据局",
    "庆阳市数据局",
    "ssjj",
    "SDSJJ",
    "ｓｓｊｊ",
    "shishujuju",
    "大数据局",
]


@pytest.fixture
def renamed() -> Unit:
    unit = UnitFactory(name="庆阳市大数据管理局", short_name="市大数据局")
    UnitFactory(name="庆阳市司法局", short_name="市司法局")
    rename_unit(unit, name="庆阳市数据局", short_name="市数据局", on=date(2024, 7, 1), actor=None)
    return unit


def test_every_list_of_cases_finds_a_unit_by_every_name(renamed: Unit) -> None:
    other = UnitFactory(short_name="环县")
    campaign = a_campaign(units=[renamed, other])
    for unit in (renamed, other):
        a_finding(FindingState.FED_BACK, campaign=campaign, unit=unit)
    for kind in [spec.name for spec in all_kinds() if spec.listing.filterset is not None]:
        there = {renamed.pk} & set(Case.objects.of_kind(kind).values_list("unit_id", flat=True))

        found = {typed: {card.unit_id for card in search_of_kind(kind, typed)} for typed in NAMES}

        assert found == dict.fromkeys(NAMES, there), kind


@pytest.mark.parametrize("url", ["organizations:units", "organizations:posts"])
def test_the_lists_of_units_and_posts_find_a_unit_by_every_name(client: Client, renamed: Unit, url: str) -> None:
    a_post(Role.UNIT_LIAISON, renamed)
    client.force_login(a_post(Role.SYSTEM_ADMIN).user)

    pages = {typed: client.get(reverse(url), {"q": typed}) for typed in NAMES}

    shown = {typed: [getattr(row, "unit", row) for row in page.context["rows"]] for typed, page in pages.items()}
    assert shown == {typed: [renamed] for typed in NAMES}


@pytest.mark.parametrize("typed", ["张伟", "zw", "ZW", "ｚｗ", "zhangwei", "zhang", "伟", "张 伟"])
@pytest.mark.parametrize("url", ["organizations:users", "organizations:posts"])
def test_people_are_found_by_name_and_initials(client: Client, url: str, typed: str) -> None:
    person = a_post(Role.UNIT_LIAISON, user=UserFactory(name="张伟", username="acc1")).user
    a_post(Role.UNIT_LIAISON, user=UserFactory(name="李四", username="acc2"))
    client.force_login(a_post(Role.SYSTEM_ADMIN).user)

    shown = client.get(reverse(url), {"q": typed}).context["rows"]

    assert [getattr(row, "user", row) for row in shown] == [person]


def searchable_admins() -> list[Any]:
    return [one for one in admin.site._registry.values() if one.search_fields]


def test_every_box_of_the_admin_asks_as_the_pages_do(rf: Any) -> None:
    director = an_actor(Role.OFFICE_DIRECTOR)
    request = rf.get("/")
    request.actor, request.user = director, director.post.user
    boxes = searchable_admins()

    for box in boxes:
        rows, doubles = box.get_search_results(
            request, box.model._default_manager.all(), "ＱＹＦＤ－９９９９ （查无此事"
        )
        assert (list(rows), doubles) == ([], False), box
        names = [field for field in box.search_fields if field.endswith(("short_name", "user__name"))]
        assert not names or box.model._meta.label == "inspections.Basis", f"{box}: {names} → sought"

    assert len(boxes) > 20


@pytest.mark.parametrize("way", WAYS)
def test_the_admin_finds_a_card_by_its_number(client: Client, numbered: dict[str, Case], way: str) -> None:
    client.force_login(a_post(Role.OFFICE_STAFF).user)
    card = numbered["-G01"]

    for model in ("casework_case", "rectification_rectification"):
        page = client.get(reverse(f"admin:{model}_changelist"), {"q": WAYS[way](card.number)})
        assert [row.pk for row in page.context["rows"]] == [card.pk], model


def test_people_stand_in_the_order_of_their_pinyin(client: Client) -> None:
    names = ["章安", "张伟", "单伟", "王五", "张安", "欧阳锋", "曾一", "尉迟恭", "沙一", "上官云", "任一"]
    for name in names:
        a_post(Role.UNIT_LIAISON, user=UserFactory(name=name, home_unit=UnitFactory()))
    client.force_login(a_post(Role.SYSTEM_ADMIN, user=UserFactory(name="阿管")).user)
    expected = ["欧阳锋", "任一", "沙一", "单伟", "上官云", "王五", "尉迟恭", "曾一", "张安", "张伟", "章安"]

    shown = [row.name for row in client.get(reverse("organizations:users")).context["rows"]]

    assert [name for name in shown if name in names] == expected
    assert sorted(names, key=person_key) == expected


def test_what_is_typed_is_made_plain_in_one_place() -> None:
    assert plain("ＡＢ（c）\u200bＤ  e") == "ab(c)d e"
    assert typed_words(" QYFD － 2026 － ZX02  西峰 区 ") == ["qyfd-2026-zx02", "西峰", "区"]
    assert typed_words("通知——附件") == ["通知——附件"]


QUEUES = ("awaiting", "waiting", "not_yet", "notices", "search")


@pytest.fixture(scope="module")
def two_found(made_once: Any) -> list[Case]:
    def make() -> list[Case]:
        campaign = a_campaign()
        return [a_finding(FindingState.OFFICE_REVIEW, campaign=campaign).case for _ in range(2)]

    found: list[Case] = made_once(make)
    return found


@pytest.mark.parametrize("way", ["as shown", "full-width", "the end of it"])
@pytest.mark.parametrize("place", QUEUES)
def test_what_waits_and_what_one_is_told_is_searched_the_same_way(
    client: Client, two_found: list[Case], place: str, way: str
) -> None:
    wanted, other = two_found
    post = a_post(Role.OFFICE_DIRECTOR if place == "waiting" else Role.OFFICE_STAFF)
    for card in (wanted, other):
        Notice.objects.create(post=post, case=card, text=card.title, at=timezone.now())
    client.force_login(post.user)
    at = reverse(place)

    whole, found = (client.get(at, asked).context["rows"] for asked in ({}, {"q": WAYS[way](wanted.number)}))

    of = lambda rows: {getattr(row, "case_id", row.pk) for row in rows}
    ours = {wanted.pk, other.pk}
    seen = of(found) & ours if way == "the end of it" else of(found)  # a number of another campaign may end alike
    assert seen == (set() if place == "not_yet" else {wanted.pk})
    assert of(whole) >= (set() if place == "not_yet" else ours)
