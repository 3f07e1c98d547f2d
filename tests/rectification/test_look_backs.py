"""回头看 as a case: booked, judged by somebody who had no hand in it, a relapse opens the next round."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.deadlines.working_days import next_workday
from casework.errors import NotPermittedError, RefusedError
from casework.models import Case, Event, Notice
from casework.search.search import search_cards, search_of
from casework.workflow import engine, trail
from casework.workflow.circuits import circuit_of
from organizations import services as organizing
from organizations.actor import Actor
from organizations.enums import Role, UnitCategory
from organizations.models import Post
from rectification.enums import LOOK_BACK, RECTIFICATION, LookBackVerdict, State
from rectification.models import LookBack
from rectification.services import book_look_back
from tests.factories import (
    TopicFactory,
    UnitFactory,
    a_campaign,
    a_look_back,
    a_need,
    a_post,
    a_rectification,
    acting,
    an_actor,
    the_office,
)
from tests.house.world import signed_in
from tests.rectification.scenes import D, H, L, R, S, Scene, at, in_days, relapsed, today, workday_in
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
V = LookBackVerdict
HELD, RELAPSE = (V.FIRM, V.FAIR), (V.PARTLY_RELAPSED, V.RELAPSED, V.FALSE)  # docs/domain/dictionaries.md 9.11


def book(case: Case, planned_on: date | None = None, role: Role = S) -> Case:
    return book_look_back(an_actor(role), number=str(case.number), planned_on=planned_on or workday_in(200))


def staff_on(day: date) -> Actor:
    """Somebody of the office on another day."""
    return replace(an_actor(S), today=day)


# ---------- booked ----------


def test_a_booked_look_back_is_a_card_of_its_own_in_the_hands_of_the_office_until_its_day(closed: Scene) -> None:
    case = closed.case

    card = book(case, workday_in(200))

    assert (card.kind, card.number, card.title, card.unit) == (LOOK_BACK, f"{case.number}-H01", case.title, case.unit)
    assert (card.state, card.opened_on, card.due_on, card.step_due_on) == ("pending", today(), *[workday_in(200)] * 2)
    assert (card.holder_unit, card.holder_role) == (the_office(), S)
    assert (card.topic, card.severity, card.subkind, card.counted) == (case.topic, case.severity, "booked", False)
    staff, head = an_actor(S), an_actor(H, case.unit)
    for actor in (staff, an_actor(D), head):  # for months it is nobody's turn
        assert card in Case.objects.not_yet(actor)
        assert card not in Case.objects.waiting_for_others(actor)
    assert card not in Case.objects.awaiting(staff)
    assert card in Case.objects.awaiting(staff_on(workday_in(200)))
    said = Event.objects.filter(case=case).latest("seq")
    assert (said.name, said.label) == ("look_back_planned", f"列入回头看，计划 {workday_in(200)}")
    assert list(trail.verify()) == []


def test_the_second_look_back_has_the_next_number(closed: Scene) -> None:
    case = closed.case
    a_look_back(case, V.FIRM)

    assert book(case).number == f"{case.number}-H02"


@pytest.mark.parametrize("role", [S, D])
def test_the_office_books(role: Role) -> None:
    assert book(a_rectification(State.REMEDYING), role=role).state == "pending"


def test_nobody_else_books() -> None:
    case = a_rectification(State.REMEDYING)
    for actor in (an_actor(L, case.unit), an_actor(Role.CITY_LEADER)):
        with pytest.raises(NotPermittedError):
            book_look_back(actor, number=str(case.number), planned_on=in_days(9))
    assert LookBack.objects.count() == 0


@pytest.mark.parametrize("state", [State.SIGN, State.CLAIM, State.PLAN, State.PLAN_REVIEW])
def test_what_has_not_begun_is_not_looked_back_at(state: State) -> None:
    with pytest.raises(DomainError, match="整改还没有开始"):
        book(a_rectification(state))


def test_one_look_back_waits_at_a_time_and_not_for_a_day_gone_by() -> None:
    case = a_rectification(State.REMEDYING)
    with pytest.raises(DomainError, match="已经过去"):
        book(case, in_days(-1))
    book(case, today())

    with pytest.raises(DomainError, match="不用再列"):
        book(case)


def test_a_number_may_be_typed_as_into_a_search_box() -> None:
    case = a_rectification(State.REMEDYING)
    typed = str(case.number).lower().replace("-", " － ")

    assert book_look_back(an_actor(S), number=typed, planned_on=workday_in(9)).number == f"{case.number}-H01"


def test_a_round_that_was_followed_is_history(closed: Scene) -> None:
    case = closed.case
    again = relapsed_of(case)

    with pytest.raises(DomainError, match=f"已有第 2 轮整改 {again.number}"):
        book(case)


def test_an_unknown_number_is_told_beside_its_field() -> None:
    with pytest.raises(DomainError, match="没有编号为") as refused:
        book_look_back(an_actor(S), number="QYFD-0000", planned_on=in_days(9))
    assert refused.value.fields == {"number": "没有这个编号"}


# ---------- judged ----------


def relapsed_of(case: Case) -> Case:
    found: Case = a_look_back(case, V.RELAPSED, relapse_due_on=in_days(30)).content.next_round
    return found


@pytest.mark.parametrize("verdict", HELD)
def test_what_held_ends_the_look_back_and_opens_nothing(verdict: LookBackVerdict, closed: Scene) -> None:
    case = closed.case

    card = a_look_back(case, verdict)

    assert (card.state, card.is_open, card.closed_on) == ("judged", False, today())
    assert (card.content.verdict, card.content.found, card.content.next_round) == (verdict, "现场看过", None)
    said = Event.objects.filter(case=case).latest("seq")
    assert (said.name, said.label, said.note["given"]["note"]) == ("look_back", f"回头看：{verdict.label}", "现场看过")
    assert Case.objects.filter(kind=RECTIFICATION).count() == 1


@pytest.mark.parametrize("verdict", RELAPSE)
@pytest.mark.accepts(5)
def test_a_relapse_opens_the_next_round_and_leaves_this_one_alone(verdict: LookBackVerdict, closed: Scene) -> None:
    case = closed.case
    liaison = a_post(L, case.unit)

    again: Case = a_look_back(case, verdict, relapse_due_on=in_days(30)).content.next_round

    due_on = next_workday(in_days(30))  # docs/domain/compliance.md 7.1.3
    assert (again.number, again.state, again.due_on) == (f"{case.number}-L2", State.REMEDYING, due_on)
    assert (again.content.round, again.content.previous.case, again.within) == (2, case, case.within)
    measures = again.measures.order_by("n").values_list("content", "due_on", "done_on")
    assert list(measures) == [(m.content, in_days(30), None) for m in case.measures.order_by("n")]
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.closed_on, after.due_on) == (State.CLOSED, case.closed_on, case.due_on)
    assert Notice.objects.get(post=liaison).text == f"{case.title}：回头看认定{verdict.label}，重新挂账"
    assert list(trail.verify()) == []


def test_the_next_round_may_belong_to_the_campaign_that_looked_back(closed: Scene) -> None:
    case, campaign = closed.case, a_campaign()

    card = a_look_back(case, V.FALSE, relapse_due_on=in_days(30), relapse_within=campaign.case)

    assert card.content.next_round.within == campaign.case


@pytest.mark.parametrize("due", [None, 0, -1])
@pytest.mark.accepts(5)
def test_a_relapse_of_what_was_closed_needs_a_day_to_come(due: int | None, closed: Scene) -> None:
    card = a_look_back(closed.case)
    given = {} if due is None else {"relapse_due_on": in_days(due)}

    with pytest.raises(DomainError, match="请填今天以后的整改时限") as refused:
        engine.perform(card, "judge", an_actor(S), verdict=V.RELAPSED, found="又停了", **given)

    assert refused.value.fields == {"relapse_due_on": "须在今天以后"}
    assert (Case.objects.get(pk=card.pk).state, LookBack.objects.get(pk=card.pk).verdict) == ("pending", "")


@pytest.mark.accepts(5)
def test_a_relapse_of_what_is_still_remedied_goes_on_in_the_same_round() -> None:
    case = a_rectification(State.REMEDYING)
    liaison = a_post(L, case.unit)

    card = a_look_back(case, V.RELAPSED)

    assert (card.content.next_round, Case.objects.get(pk=case.pk).state) == (None, State.REMEDYING)
    assert Notice.objects.get(post=liaison).text == f"{case.title}：回头看认定反弹"


@pytest.mark.parametrize("lacking", ["verdict", "found"])
def test_verdict_and_what_was_found_are_asked_for(lacking: str) -> None:
    card = a_look_back(a_rectification(State.REMEDYING))
    given = {"verdict": V.FIRM, "found": "现场看过"} | {lacking: ""}

    with pytest.raises(RefusedError, match="请填写"):
        engine.perform(card, "judge", an_actor(S), **given)


# ---------- by whom ----------


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("request_closure", "整改由您申请销号，须由其他人员回头看"),
        ("endorse", "整改由您作过主管部门审核，须由其他人员回头看"),
        ("verify", "整改由您核验，须由其他人员回头看"),
        ("close", "整改由您审定销号，须由其他人员回头看"),
    ],
)
def test_who_had_a_hand_in_the_closure_does_not_look_back(step: str, sentence: str, closed: Scene) -> None:
    case = closed.case
    card = a_look_back(case)
    user = Event.objects.filter(case=case, name=step).latest("seq").post.user
    Post.objects.filter(user=user).update(to_on=in_days(-1))
    given: dict[str, Any] = {"verdict": V.FIRM, "found": "现场看过"}

    with pytest.raises(RefusedError) as refused:
        engine.perform(card, "judge", acting(a_post(S, user=user, from_on=today())), **given)
    assert refused.value.reasons == [sentence]

    assert engine.perform(card, "judge", an_actor(S), **given).state == "judged"


def test_who_works_at_the_unit_does_not_look_back() -> None:
    card = a_look_back(a_rectification(State.REMEDYING))
    insider = a_post(S)
    insider.user.home_unit = card.unit
    insider.user.save(update_fields=["home_unit"])

    with pytest.raises(RefusedError, match="应当回避"):
        engine.perform(card, "judge", acting(insider), verdict=V.FIRM, found="现场看过")


# ---------- seen by whom, and what else a case has ----------


def test_a_look_back_is_seen_by_whoever_sees_the_rectification(closed: Scene) -> None:
    case = closed.case
    card = book(case)
    team = Post.objects.get(unit=case.within.campaign.teams.get().unit, role=Role.TEAM_LEADER)
    people = {
        "unit": an_actor(L, case.unit),
        "team": acting(team),
        "supervisor": closed.who(R),
        "leader": an_actor(Role.CITY_LEADER),
        "other unit": an_actor(H),
        "other supervisor": an_actor(R),
        "administrator": an_actor(Role.SYSTEM_ADMIN),
    }

    seen = {who: [Case.objects.visible_to(a).filter(pk=one.pk).exists() for one in (case, card)]
            for who, a in people.items()}  # fmt: skip

    assert {who for who, both in seen.items() if both == [True, True]} == {"unit", "team", "supervisor", "leader"}
    assert all(both in ([True, True], [False, False]) for both in seen.values())


def test_a_correction_of_the_rectification_reaches_the_look_back_that_waits() -> None:
    case = a_rectification(State.REMEDYING)
    card, topic = a_look_back(case), TopicFactory(code="A09")

    engine.amend(case.content.finding.case, an_actor(S), {"topic_id": topic.pk})

    assert [Case.objects.get(pk=one.pk).topic for one in (case, card)] == [topic, topic]


def test_a_correction_reaches_what_follows_whatever_has_become_of_it() -> None:
    """A look-back that was cancelled, a need that was dropped: the label of the finding is theirs too."""
    case = at(State.REMEDYING).case
    followers = [a_look_back(case), a_need(case)]
    staff, topic = an_actor(S), TopicFactory(code="A09")
    for follower in followers:
        circuit = circuit_of(follower)
        for state in circuit.states:
            follower.state = str(state)
            assert circuit.editable(follower, staff) >= {"topic_id", "severity"}, (follower.kind, state)
    liaison = acting(a_post(Role.UNIT_LIAISON, case.unit))
    engine.perform(Case.objects.get(pk=followers[0].pk), "cancel", an_actor(S), reason="不再需要")
    engine.perform(Case.objects.get(pk=followers[1].pk), "drop_need", liaison, reason="已自行解决")

    engine.amend(case.content.finding.case, staff, {"topic_id": topic.pk})

    assert {Case.objects.get(pk=one.pk).topic for one in followers} == {topic}


def test_a_look_back_that_waits_does_not_keep_its_unit_from_being_merged(closed: Scene) -> None:
    case, into = closed.case, UnitFactory()
    card = book(case)
    keeper = an_actor(Role.SYSTEM_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False))

    organizing.merge_units([case.unit], into=into, on=today(), actor=keeper)

    assert Case.objects.visible_to(an_actor(L, into)).filter(pk=card.pk).exists()


def test_it_is_found_by_the_words_of_its_finding_and_by_its_number(closed: Scene) -> None:
    case, other = closed.case, at(State.CLOSED, title="占地", statement="占用基本农田 3 亩")
    card = book(case)
    book(other.case)
    rows = Case.objects.order_by("pk")

    for typed in ("法制审核", case.number, f"{case.number}-H01", f"{case.number}-h01"):
        assert list(search_of(LOOK_BACK)(rows.of_kind(LOOK_BACK), typed, None)) == [card], typed
        assert card in search_cards(rows, typed, None), typed


def test_a_later_round_is_found_by_its_number(closed: Scene) -> None:
    again = relapsed(closed)

    assert again in search_of(RECTIFICATION)(Case.objects.of_kind(RECTIFICATION).order_by("pk"), again.number, None)


# ---------- on the pages ----------


@pytest.fixture
def client() -> Client:
    return signed_in(a_post(S))


def test_it_is_booked_from_the_page_of_the_rectification(client: Client, closed: Scene) -> None:
    case = closed.case
    link = f"/look-backs/new/?number={case.number}"
    assert link in client.get(case.get_absolute_url()).content.decode()
    form = client.get(link).content.decode()
    assert f'value="{case.number}"' in form

    sent = client.post("/look-backs/new/", {"number": case.number, "planned_on": f"{workday_in(90)}"}, follow=True)

    card = LookBack.objects.get(rectification=case).case
    assert (sent.redirect_chain[-1][0], card.due_on) == (f"/look-backs/{card.pk}/", workday_in(90))
    assert f"已列入回头看 {card.number}。" in sent.content.decode()


def test_it_is_judged_on_its_page_which_leads_to_the_next_round(client: Client, closed: Scene) -> None:
    case = closed.case
    card = book(case)
    step = f"/cases/{card.pk}/steps/judge/"
    assert "认定回头看结论" in client.get(card.get_absolute_url()).content.decode()
    given = {"seen": card.last_seq, "verdict": "partly", "found": "八处界线不符"}
    refused = client.post(step, given)
    assert (refused.status_code, "须在今天以后" in refused.content.decode()) == (422, True)

    client.post(step, given | {"relapse_due_on": f"{in_days(60)}"})

    again = LookBack.objects.get(pk=card.pk).next_round
    assert again is not None
    page = client.get(card.get_absolute_url()).content.decode()
    assert f'<a href="{again.get_absolute_url()}">第 2 轮整改 {again.number}' in page
    assert f'<a href="{case.get_absolute_url()}">' in page
    assert "结论：部分反弹" in page  # in the trail, in words
    first = client.get(case.get_absolute_url()).content.decode()
    assert f'<a href="{card.get_absolute_url()}">{card.number}</a>' in first


def test_the_list_is_narrowed_by_verdict_and_campaign(client: Client, closed: Scene) -> None:
    held, waits = closed.case, at(State.CLOSED).case
    card, waiting = a_look_back(held, V.FIRM), book(waits)

    def shown(query: str) -> set[int]:
        return {row.pk for row in client.get(f"/look-backs/?{query}").context["page"].object_list}

    assert shown("") == {card.pk, waiting.pk}
    assert shown("verdict=firm") == {card.pk}
    assert shown("state=pending") == {waiting.pk}
    assert shown(f"within={held.within_id}") == {card.pk}
    assert shown(f"due_from={in_days(100)}") == {waiting.pk}
