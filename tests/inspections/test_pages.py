"""The pages of findings: what a form that was tampered with gets, what is kept; and what a list of inspection costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext

from casework.models import Case
from casework.search import index
from casework.workflow import engine
from inspections import services
from inspections.enums import FindingState
from inspections.models import Campaign, Finding
from organizations.enums import Role
from tests.factories import BasisFactory, TopicFactory, UnitFactory, a_campaign, a_finding, a_post, acting
from tests.inspections.people import a_draft_campaign, a_team_of, days, seat_of, staff, under_way
from tests.papers import PDF

pytestmark = pytest.mark.django_db
WORDS = "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定。"


def a_form(unit: Any, **given: Any) -> dict[str, Any]:
    """What the browser sends for a new finding."""
    return {
        "unit": unit.pk, "method": "AJ", "discovered_on": days(0).isoformat(), "statement": WORDS, "severity": "1",
        "rectify_type": "R2", "source": "on_site", "citations-TOTAL_FORMS": "1", "citations-INITIAL_FORMS": "0",
        "citations-0-basis": "", "citations-0-article": "", "do": "keep",
    } | given  # fmt: skip


def with_basis(**given: Any) -> dict[str, Any]:
    return {
        "citations-0-basis": BasisFactory().pk,
        "citations-0-article": "58",
        "topic": TopicFactory().pk,
        "files": SimpleUploadedFile("案卷.pdf", PDF),
    } | given


@pytest.fixture
def scene() -> tuple[Campaign, Any, Any]:
    """A campaign in fieldwork, a unit of it, and a member of the unit's team."""
    campaign, unit = a_draft_campaign(), UnitFactory(short_name="环县")
    team = a_team_of(campaign, unit)
    return under_way(campaign), unit, seat_of(team)


def test_a_complete_finding_goes_to_the_leader_at_once(scene: Any, signed_in: Any) -> None:
    _, unit, author = scene

    answer = signed_in(author).post("/findings/new/", a_form(unit, do="submit", **with_basis()), follow=True)

    card = Finding.objects.get().case
    assert (card.state, card.holder_role) == ("team_review", Role.TEAM_LEADER)
    assert f"已录入 {card.number}，现在在第一督察组 · 督察组组长手上" in answer.content.decode()


def test_what_is_missing_keeps_the_finding_a_draft_and_is_named(scene: Any, signed_in: Any) -> None:
    _, unit, author = scene

    answer = signed_in(author).post("/findings/new/", a_form(unit, do="submit"), follow=True)

    assert Finding.objects.get().case.state == "draft"
    assert [
        part in answer.content.decode() for part in ("还没有交出", "还没有定性依据", "还没有证据", "还没有问题类别")
    ] == [True] * 4


def test_the_next_one_begins_with_the_same_unit(scene: Any, signed_in: Any) -> None:
    campaign, unit, author = scene

    answer = signed_in(author).post("/findings/new/", a_form(unit, do="again"))

    assert answer.url == f"/findings/new/?campaign={campaign.pk}&unit={unit.pk}"


def test_a_doubled_submit_stores_one_finding(scene: Any, signed_in: Any) -> None:
    _, unit, author = scene
    client = signed_in(author)

    codes = [client.post("/findings/new/", a_form(unit)).status_code for _ in range(2)]

    assert (codes, Finding.objects.count()) == ([302, 422], 1)


@pytest.mark.parametrize(
    "extra",
    [
        {"state": "closed"},
        {"number": "X-1"},
        {"team": "1"},
        {"within": "1"},
        {"holder_role": "unit_head"},
        {"secrecy": "0"},
        {"closed_on": "2020-01-01"},
    ],
)
def test_fields_that_the_form_does_not_have_change_nothing(scene: Any, signed_in: Any, extra: dict[str, str]) -> None:
    campaign, unit, author = scene

    signed_in(author).post("/findings/new/", a_form(unit, **extra))

    card = Finding.objects.get().case
    assert (card.state, card.number, card.within, card.secrecy, card.finding.team_id) == (
        "draft",
        f"{campaign.case.number}-0001",
        campaign.case,
        1,
        author.unit_id,
    )


def test_another_units_key_is_no_choice_and_everything_typed_comes_back(scene: Any, signed_in: Any) -> None:
    _, _, author = scene

    answer = signed_in(author).post("/findings/new/", a_form(UnitFactory()))

    assert (answer.status_code, Finding.objects.count()) == (422, 0)
    assert WORDS in answer.content.decode()


def test_ten_thousand_pasted_characters_come_back_with_a_sentence(scene: Any, signed_in: Any) -> None:
    _, unit, author = scene

    body = signed_in(author).post("/findings/new/", a_form(unit, statement="字" * 10_000)).content.decode()

    assert "问题表述有 10000 个字，最多 4000 个字" in body
    assert "字" * 10_000 in body


@pytest.mark.parametrize(
    "data",
    [
        {"citations-TOTAL_FORMS": "999999"},
        {"citations-TOTAL_FORMS": "x"},
        {"severity": "9"},
        {"topic": "999999"},
        {"discovered_on": "昨天"},
    ],
)
def test_a_tampered_form_is_a_refusal_not_a_trace(scene: Any, signed_in: Any, data: dict[str, str]) -> None:
    _, unit, author = scene

    answer = signed_in(author).post("/findings/new/", a_form(unit, **data))

    assert answer.status_code in {422, 302}
    assert Finding.objects.count() == (1 if answer.status_code == 302 else 0)


def test_who_has_no_campaign_under_way_is_told_why(signed_in: Any) -> None:
    team = a_team_of(a_draft_campaign(), UnitFactory())

    body = signed_in(seat_of(team)).get("/findings/new/").content.decode()

    assert "现在没有实施中的批次" in body


def test_a_campaign_of_another_team_is_not_there(scene: Any, signed_in: Any) -> None:
    other = under_way_with_team()

    answer = signed_in(scene[2]).get(f"/findings/new/?campaign={other.pk}")

    assert answer.status_code == 404


def under_way_with_team() -> Campaign:
    campaign = a_draft_campaign()
    a_team_of(campaign, UnitFactory())
    return under_way(campaign)


def test_without_script_a_button_finds_likenesses_and_stores_nothing(scene: Any, signed_in: Any) -> None:
    campaign, unit, author = scene
    services.log_finding(author, campaign, unit, statement=WORDS, method="AJ")
    index.count_bigrams()

    answer = signed_in(author).post("/findings/new/", a_form(unit, statement=f"{WORDS}（又一份）", do="similar"))

    body = answer.content.decode()
    assert (answer.status_code, Finding.objects.count()) == (200, 1)
    assert "<mark>" in body
    assert "没有保存" not in body


def test_the_articles_of_a_like_finding_are_taken_over_by_a_button(scene: Any, signed_in: Any) -> None:
    campaign, unit, author = scene
    basis = BasisFactory()
    like = services.log_finding(author, campaign, unit, statement=WORDS, method="AJ", citations=[(basis, "58", "")])

    into_a_bare_row = signed_in(author).post("/findings/new/", a_form(unit, reuse=like.pk))
    own = {"citations-0-basis": str(basis.pk), "citations-0-article": "第九条"}
    below_what_stands = signed_in(author).post("/findings/new/", a_form(unit, reuse=like.pk, **own))

    articles = lambda answer: [form["article"].value() for form in answer.context["citations"].forms]
    assert (articles(into_a_bare_row), articles(below_what_stands)) == (["第五十八条"], ["第九条", "第五十八条"])
    assert Finding.objects.count() == 1


def test_articles_out_of_scope_are_not_taken_over(scene: Any, signed_in: Any) -> None:
    _, unit, author = scene
    foreign = a_finding()

    answer = signed_in(author).post("/findings/new/", a_form(unit, reuse=foreign.pk))

    assert len(answer.context["citations"].forms) == 1


def test_likenesses_answer_to_a_part_and_to_a_page(scene: Any, signed_in: Any) -> None:
    campaign, unit, author = scene
    services.log_finding(author, campaign, unit, statement=WORDS, method="AJ")
    client = signed_in(author)

    part = client.post(
        "/findings/similar/", {"statement": WORDS, "unit": unit.pk}, headers={"HX-Request": "true"}
    ).content.decode()
    page = client.get("/findings/similar/", {"statement": WORDS}).content.decode()

    assert ("<html" in part, "<html" in page) == (False, True)
    assert ("同一单位" in part, "<mark>" in page) == (True, True)


def test_likenesses_store_nothing_and_take_no_lock(scene: Any, signed_in: Any) -> None:
    client = signed_in(scene[2])

    with CaptureQueriesContext(connections["default"]) as told:
        client.post("/findings/similar/", {"statement": WORDS}, headers={"HX-Request": "true"})

    assert [
        query["sql"]
        for query in told
        if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        and "organizations_signin" not in query["sql"]
    ] == []


def test_a_stale_correction_shows_who_was_first_and_keeps_what_was_typed(signed_in: Any) -> None:
    finding = a_finding()
    author = seat_of(finding.team)
    sent = {
        "seen": Case.objects.get(pk=finding.pk).last_seq,
        "method": "AJ",
        "discovered_on": finding.discovered_on.isoformat(),
        "statement": "我改的一大段话。",
        "severity": "1",
        "rectify_type": "R2",
        "source": "on_site",
        "citations-TOTAL_FORMS": "0",
        "citations-INITIAL_FORMS": "0",
    }
    services.amend_finding(seat_of(finding.team, "leader"), finding, {"severity": 2})

    answer = signed_in(author).post(f"/findings/{finding.pk}/amend/", sent)

    body = answer.content.decode()
    assert answer.status_code == 409
    assert ("本件已由他人办理" in body, "我改的一大段话。" in body) == (True, True)
    assert Finding.objects.get(pk=finding.pk).statement == finding.statement


@pytest.mark.parametrize(
    ("state", "who", "status"),
    [
        (FindingState.DRAFT, "member", 200),
        (FindingState.FED_BACK, "member", 409),
        (FindingState.CLOSED, "member", 409),
        (FindingState.CLOSED, "staff", 200),
        (FindingState.DROPPED, "staff", 409),
    ],
)
def test_the_form_of_correction_is_there_only_for_who_may(
    signed_in: Any, state: FindingState, who: str, status: int
) -> None:
    by_itself = {FindingState.CLOSED: "settle", FindingState.DROPPED: "drop_void"}
    finding = a_finding(FindingState.FED_BACK if state in by_itself else state)
    if state in by_itself:
        engine.perform(finding.case, by_itself[state], None)
    actor = staff() if who == "staff" else seat_of(finding.team, who)

    answer = signed_in(actor).get(f"/findings/{finding.pk}/amend/")

    assert answer.status_code == status
    # who may correct findings is told why not this one now, and led to it: one comes here by the Back of the browser
    assert (f'href="/findings/{finding.pk}/">看本件现在的样子' in answer.content.decode()) == (status == 409)


def test_a_forged_correction_of_a_locked_statement_is_refused(signed_in: Any) -> None:
    finding = a_finding(FindingState.FED_BACK)
    sent = {
        "seen": Case.objects.get(pk=finding.pk).last_seq,
        "severity": "2",
        "topic": finding.case.topic_id,
        "statement": "改掉。",
        "citations-TOTAL_FORMS": "0",
        "citations-INITIAL_FORMS": "0",
    }

    signed_in(staff()).post(f"/findings/{finding.pk}/amend/", sent)

    finding = Finding.objects.get(pk=finding.pk)
    assert (finding.statement == "改掉。", finding.case.severity, finding.citations.count()) == (False, 2, 1)


# of campaigns one is for the units to choose among
LISTS = {"/findings/": 12, "/campaigns/": 9, "/plans/": 8}


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_with_one_row_and_with_three(signed_in: Any, path: str, n: int) -> None:
    for m in range(n):
        finding = a_finding(statement=f"第 {m} 个问题。")
        services.draft_plan(staff(), 2020 + m)
    client = signed_in(staff())
    client.get(path)

    with CaptureQueriesContext(connections["default"]) as told:
        answer = client.get(path)

    assert finding.case.pk is not None
    assert len(answer.context["rows"]) == n
    assert (
        len([query for query in told if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])
        == LISTS[path]
    )


def test_the_list_of_findings_is_filtered_sorted_searched_and_exported(signed_in: Any) -> None:
    campaign = a_campaign(units=[UnitFactory(), UnitFactory()])
    first, second = (placed.unit for placed in campaign.units.all())
    one = a_finding(campaign=campaign, unit=first, severity=1, statement="拖欠工程款。")
    two = a_finding(campaign=campaign, unit=second, severity=2, statement="未经法制审核。")
    client = signed_in(staff())

    def numbers(query: str) -> list[int]:
        return [row.pk for row in client.get(f"/findings/?{query}").context["rows"]]

    assert numbers("q=工程款") == [one.pk]
    assert numbers("severity=1") == [one.pk]
    assert numbers(f"unit={two.case.unit_id}") == [two.pk]
    assert numbers(f"topic={one.case.topic.parent_id}&sort=severity") == [one.pk, two.pk]
    assert numbers("sort=-severity") == [two.pk, one.pk]
    assert numbers(f"found_from={days(1).isoformat()}") == []
    assert numbers("state=draft&method=AJ") == [two.pk, one.pk]
    assert client.get("/findings/?export=xlsx&q=法制").headers["Content-Type"].endswith("sheet")


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_LIAISON])
def test_an_inspected_unit_has_no_list_of_findings_and_no_page_of_one(signed_in: Any, role: Role) -> None:
    finding = a_finding(FindingState.FED_BACK)
    client = signed_in(acting(a_post(role, finding.case.unit)))

    assert [
        client.get(path).status_code
        for path in ("/findings/", f"/findings/{finding.pk}/", f"/findings/{finding.pk}/amend/")
    ] == [404, 404, 404]


def test_the_page_of_a_finding_shows_its_rectifications_with_their_state(signed_in: Any) -> None:
    finding = a_finding(FindingState.FED_BACK)

    body = signed_in(staff()).get(f"/findings/{finding.pk}/").content.decode()

    assert ("待签收" in body, "《行政处罚法》第五十八条" in body) == (True, True)
