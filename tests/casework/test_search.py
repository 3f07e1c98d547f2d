"""Word search and similar findings: the same answers with an index of either engine, and without one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from casework.models import Bigram, Case, Words
from casework.search import index
from casework.search.bigrams import marked
from casework.search.search import find as plain_find
from casework.search.search import search_cards, search_of
from casework.search.similar_cases import similar
from casework.workflow import engine
from clues.enums import CLUE
from inspections.enums import FindingState, Kind
from inspections.models import Finding
from organizations.enums import Role
from rectification.enums import RECTIFICATION
from tests.factories import UnitFactory, a_campaign, a_finding, a_post, acting, an_actor
from tests.house.world import a_clue

pytestmark = pytest.mark.django_db

STATEMENTS = (
    "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定。",
    "2 宗国有建设用地合同约定开工期届满超 1 年未开工，未启动闲置调查。",
    "永久基本农田内新植苹果 42.6 亩，折合总面积的 5%，未纳入整改台账 A_B。",
    "驿马镇莪岘塬 3 个图斑界线与实地不符，ＧＰＳ 坐标偏移。",
)


@pytest.fixture(params=["index", "no index"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "no index":
        monkeypatch.setattr(index, "has_index", lambda: False)
    return str(request.param)


def find(rows: Any, text: str, **options: Any) -> Any:
    """Search, and look into the text of each row as well: both find the same."""
    asked = plain_find(rows, text, **options)
    looked = plain_find(rows, text, looks=True, **options)
    assert list(looked.order_by("pk")) == list(asked.order_by("pk"))
    return asked


def logged() -> list[Finding]:
    campaign = a_campaign()
    return [a_finding(campaign=campaign, statement=text, title=f"问题{n}") for n, text in enumerate(STATEMENTS)]


def found(text: str) -> list[int]:
    rows = find(Finding.objects.order_by("pk"), text)
    return [next(n for n, start in enumerate(STATEMENTS) if row.statement == start) for row in rows]


FOUND = {
    "法制": [0], "审核即作": [0], "未": [0, 1, 2], "图斑 坐标": [3], "图斑 法制": [], "5%": [2], "%": [2], "_": [2],
    "a_b": [2], "A B": [2], "GPS": [3], "gp": [3], "ｇｐｓ": [3], "莪岘": [3], "莪": [3], "42.6": [2], "图斑 42.6": [],
    "问题2": [2], "": [0, 1, 2, 3], "   ": [0, 1, 2, 3], "查无此事": [], "'": [], '"': [], "法制\" OR 1": [],
    "未 开工": [1],
}  # fmt: skip


def test_every_word_must_be_there(either_way: str) -> None:
    logged()

    assert {text: found(text) for text in FOUND} == FOUND


def test_a_finding_is_found_by_its_number(either_way: str) -> None:
    second = logged()[1]

    assert [row.pk for row in find(Finding.objects.all(), second.case.number.lower())] == [second.pk]


def test_the_name_of_a_unit_counts_for_the_rows_of_a_kind_as_for_their_cards(either_way: str) -> None:
    unit = UnitFactory(short_name="第42中学")
    finding = a_finding(campaign=a_campaign(units=[unit]), unit=unit, statement=STATEMENTS[0])

    assert [
        list(find(rows.order_by("pk"), "案卷 42")) for rows in (Finding.objects, Case.objects.of_kind("finding"))
    ] == [
        [finding],
        [finding.case],
    ]


def test_letters_and_figures_are_found_from_their_beginning(either_way: str) -> None:
    a_finding(statement="检查发现：2024 年所建项目未按 GB50016 设计。")
    hits = {"2024": 1, "202": 1, "024": 0, "gb5": 1, "b50": 0}

    assert {text: find(Finding.objects.all(), text).count() for text in hits} == hits


def test_the_search_of_everything_finds_a_finding_and_its_rectification(either_way: str) -> None:
    finding = a_finding(FindingState.FED_BACK, statement=STATEMENTS[0])
    a_finding(FindingState.FED_BACK, statement=STATEMENTS[1])

    for typed in ("审核即作出", finding.case.number, f"{finding.case.unit_name} 审核即作出"):
        found = search_cards(Case.objects.exclude(kind=Kind.CAMPAIGN).order_by("pk"), typed, None)

        assert [(case.kind, case.unit_id) for case in found] == [
            (Kind.FINDING, finding.case.unit_id),
            (RECTIFICATION, finding.case.unit_id),
        ], typed


def test_campaigns_plans_and_clues_are_found_by_title_number_and_text(either_way: str) -> None:
    campaign = a_campaign(title="营商环境专项督察")
    clue = a_clue(campaign, campaign.units.get().unit)

    assert [
        list(search_of(kind)(Case.objects.of_kind(kind), text, None))
        for kind, text in (
            (Kind.CAMPAIGN, "营商环境"),
            (Kind.CAMPAIGN, str(campaign.case.number)),
            (CLUE, clue.clue.content[:6]),
            (CLUE, str(clue.number)),
            (CLUE, "营商环境"),
        )
    ] == [[campaign.case], [campaign.case], [clue], [clue], []]


ANSWERED_FROM = {
    "sqlite": "SCAN casework_words_index VIRTUAL TABLE INDEX",
    "postgresql": "Bitmap Index Scan on casework_words_vector",
}


def test_the_database_answers_from_its_index() -> None:
    logged()
    if connection.vendor == "postgresql":  # three rows are read faster without; a hundred thousand are not
        with connection.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off; set local enable_indexscan = off")

    plan = find(Finding.objects.all(), "法制审核").explain()

    assert ANSWERED_FROM[connection.vendor] in plan


def test_a_corrected_statement_is_found_by_its_new_words_only(either_way: str) -> None:
    finding = a_finding(statement="原来写的是占用耕地。")
    author = finding.team.members.get(duty="member").post

    engine.amend(finding.case, acting(author), {"statement": "改为拖欠工程款。"})

    assert [find(Finding.objects.all(), text).count() for text in ("占用耕地", "拖欠", "工程款")] == [0, 1, 1]


def test_another_row_is_found_through_the_key_of_its_case(either_way: str) -> None:
    finding = logged()[0]

    assert list(find(Case.objects.of_kind("finding"), "法制", key="finding__case_id")) == [finding.case]


def test_search_adds_nothing_to_what_one_may_see() -> None:
    campaign = a_campaign()
    a_finding(campaign=campaign, statement=STATEMENTS[0])
    stranger = an_actor(Role.TEAM_MEMBER)
    theirs = acting(campaign.teams.get().members.get(duty="member").post)

    assert [find(Finding.objects.visible_to(who), "法制审核").count() for who in (theirs, stranger)] == [1, 0]


def test_the_most_similar_comes_first(either_way: str) -> None:
    findings = logged()
    index.count_bigrams()

    likes = similar("抽查案卷 15 份，2 份未经法制审核作出处罚", an_actor(Role.OFFICE_STAFF), Kind.FINDING)

    assert [like.case.pk for like in likes][:1] == [findings[0].pk]
    assert "审核" in likes[0].common


def test_similar_finds_nothing_before_anything_was_counted_but_still_answers() -> None:
    findings = logged()
    Bigram.objects.all().delete()

    likes = similar("国有建设用地开工期届满未开工", an_actor(Role.OFFICE_STAFF), Kind.FINDING)

    assert [like.case.pk for like in likes] == [findings[1].pk]


def test_similar_keeps_to_the_unit_and_to_the_topic_asked(either_way: str) -> None:
    one, two = UnitFactory(), UnitFactory()
    campaign = a_campaign(units=[one, two])
    first, second = (a_finding(campaign=campaign, unit=unit, statement=STATEMENTS[0]) for unit in (one, two))
    index.count_bigrams()
    office = an_actor(Role.OFFICE_STAFF)

    assert [like.case.pk for like in similar(STATEMENTS[0], office, Kind.FINDING, unit_id=two.pk)] == [second.pk]
    assert {like.case.pk for like in similar(STATEMENTS[0], office, Kind.FINDING, topic_id=first.case.topic_id)} == {
        first.pk,
        second.pk,
    }
    assert similar(STATEMENTS[0], office, Kind.FINDING, topic_id=first.case.topic_id + 999) == []


def test_similar_shows_nothing_out_of_scope_whatever_the_index_says(either_way: str) -> None:
    mine, other = a_campaign(), a_campaign()
    own = a_finding(campaign=mine, statement=STATEMENTS[0])
    a_finding(campaign=other, statement=STATEMENTS[0])
    index.count_bigrams()
    member = acting(mine.teams.get().members.get(duty="member").post)

    assert [like.case.pk for like in similar(STATEMENTS[0], member, Kind.FINDING)] == [own.pk]
    assert similar(STATEMENTS[0], an_actor(Role.SYSTEM_ADMIN), Kind.FINDING) == []


def test_the_case_being_written_is_not_like_itself() -> None:
    finding = a_finding(statement=STATEMENTS[0])

    assert similar(STATEMENTS[0], an_actor(Role.OFFICE_STAFF), Kind.FINDING, leave_out=finding.pk) == []


def test_two_characters_are_like_nothing() -> None:
    a_finding(statement=STATEMENTS[0])

    assert similar("法制", an_actor(Role.OFFICE_STAFF), Kind.FINDING) == []


def test_what_two_texts_share_is_marked() -> None:
    assert marked("未经法制审核即罚", ("法制", "制审", "审核")) == [
        ("未经", False),
        ("法制审核", True),
        ("即罚", False),
    ]


def test_rebuilding_from_nothing_finds_the_same(either_way: str) -> None:
    logged()
    before = list(Words.objects.values_list("case_id", "tokens", "text"))
    Words.objects.all().delete()
    told: list[Any] = []

    n = index.rebuild(lambda done, of: told.append((done, of)))

    assert (n, told[-1]) == (5, (5, 5))  # the campaign has words too
    assert list(Words.objects.values_list("case_id", "tokens", "text")) == before
    assert found("法制") == [0]


def test_words_are_written_in_the_transaction_of_the_step() -> None:
    from django.db import transaction

    campaign = a_campaign()
    before = transaction.savepoint()
    a_finding(campaign=campaign, statement=STATEMENTS[0])
    transaction.savepoint_rollback(before)

    assert list(Words.objects.values_list("case__kind", flat=True)) == [Kind.CAMPAIGN]


def test_an_office_post_is_needed_to_see_everything() -> None:
    finding = a_finding(statement=STATEMENTS[0])
    head = acting(a_post(Role.UNIT_HEAD, finding.case.unit))

    assert similar(STATEMENTS[0], head, Kind.FINDING) == []


def test_a_word_of_the_units_name_finds_all_of_the_unit_also_by_an_older_name(either_way: str) -> None:
    from datetime import date

    from organizations.services import rename_unit

    unit, other = UnitFactory(name="庆阳市大数据管理局", short_name="市大数据局"), UnitFactory(short_name="环县")
    rename_unit(unit, name="庆阳市数据局", short_name="市数据局", on=date(2024, 7, 1), actor=None)
    campaign = a_campaign(units=[unit, other])
    finding = a_finding(campaign=campaign, unit=unit, statement=STATEMENTS[0])
    a_finding(campaign=campaign, unit=other, statement=STATEMENTS[0])

    assert [list(find(Case.objects.of_kind("finding"), text)) for text in ("数据局", "大数据 法制", "数据局 耕地")] == [
        [finding.case],
        [finding.case],
        [],
    ]


def test_the_ledger_finds_a_rectification_by_the_statement_of_its_finding(either_way: str) -> None:

    from inspections.enums import FindingState
    from rectification.querysets import ledger

    finding = a_finding(FindingState.FED_BACK, statement=STATEMENTS[0])
    office = an_actor(Role.OFFICE_STAFF)
    stranger = acting(a_post(Role.UNIT_HEAD, UnitFactory()))

    assert [
        [row.unit_id for row in search_of(RECTIFICATION)(ledger(who), "法制审核", who)] for who in (office, stranger)
    ] == [
        [finding.case.unit_id],
        [],
    ]
