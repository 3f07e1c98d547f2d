"""市级整改工作方案: drafted, issued, claimed, remedied, and closed problem by problem (docs/decisions/0034).

What must come of it is said here by hand, from docs/domain/samples.md 10.1 and docs/domain/results.md 11.
"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.errors import NotPermittedError, RefusedError
from casework.models import Case, Event, Notice
from casework.workflow import engine
from inspections.models import Finding
from organizations.enums import Role
from rectification import services
from rectification.models import Aspect, ClaimedAspect, Demand, Measure
from tests.factories import BasisFactory, UnitFactory, a_campaign, a_post, acting, an_actor
from tests.programmes import a_programme, accepted, aspects, claim_of, claimed, issued, walked
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


def test_an_issued_programme_asks_every_unit_and_opens_a_card_for_each_problem() -> None:
    units = [UnitFactory(), UnitFactory(), UnitFactory()]

    programme = issued(a_programme(units))

    assert {card.unit for card in Case.objects.filter(kind="unitclaim")} == set(units)
    assert set(Case.objects.filter(kind="unitclaim").values_list("state", "due_on")) == {("asked", programme.claim_by)}
    assert (
        list(Case.objects.filter(kind="aspect").order_by("pk").values_list("state", "is_open")) == [("open", True)] * 2
    )
    assert list(Demand.objects.order_by("aspect", "n").values_list("aspect__n", "n")) == [(1, 1), (1, 2), (2, 3)]
    assert not Case.objects.filter(kind__in=("finding", "rectification")).exists()


def test_a_claimed_problem_is_a_rectification_with_the_measures_that_were_claimed() -> None:
    unit = UnitFactory()
    programme = issued(a_programme([unit, UnitFactory()]))

    (case,) = accepted(programme, unit, {1: [2]})

    finding = Finding.objects.get(rectifications__case=case)
    assert (case.state, case.counted, case.is_lead) == ("plan", True, True)
    assert case.number == finding.case.number
    assert (finding.case.state, finding.is_common, finding.case.unit) == ("fed_back", True, unit)
    assert case.due_on == Aspect.objects.get(n=1).rectify_by
    assert [(m.content, m.is_required, m.demand.n) for m in case.measures.all()] == [("制定制度并印发", True, 2)]
    assert case.rectification.feedback is None
    assert list(Event.objects.filter(case=case).order_by("seq").values_list("name", flat=True)) == ["open", "take_over"]


def test_who_claims_nothing_says_why() -> None:
    unit = UnitFactory()
    programme = issued(a_programme([unit]))

    with pytest.raises(DomainError, match="请写明理由"):
        claimed(programme, unit, {})
    case = claimed(programme, unit, {}, "本单位没有行政执法职责")
    engine.perform(case, "accept", an_actor(Role.OFFICE_STAFF))

    assert not Case.objects.filter(kind="rectification").exists()


def test_a_returned_answer_is_given_again_with_what_was_ticked() -> None:
    unit, staff = UnitFactory(), an_actor(Role.OFFICE_STAFF)
    programme = issued(a_programme([unit]))
    case = engine.perform(claimed(programme, unit, {1: [1]}), "return_claim", staff, reason="第 2 方面也涉及")

    assert list(ClaimedAspect.objects.values_list("aspect__n", flat=True)) == [1]
    engine.perform(claimed(programme, unit, {1: [1], 2: [3]}), "accept", staff)

    assert case.state == "asked"
    assert Case.objects.filter(kind="rectification").count() == 2


def test_a_required_measure_may_be_made_concrete_and_never_weakened_or_dropped() -> None:
    unit = UnitFactory()
    (case,) = accepted(issued(a_programme([unit])), unit, {1: [1]})
    liaison, measure = an_actor(Role.UNIT_LIAISON, unit), Measure.objects.get(case=case)

    services.change_measure(measure, liaison, content=f"{measure.content}：9 月底前抽查案卷 60 份")
    for weakened in ("排查", "", "9 月底前抽查案卷 60 份"):
        with pytest.raises(DomainError, match="原文不能删改"):
            services.change_measure(Measure.objects.get(case=case), liaison, content=weakened)
    with pytest.raises(DomainError, match="规定措施不能删除"):
        services.remove_measure(measure, liaison)

    assert Measure.objects.get(case=case).content == "全面排查，建立问题清单：9 月底前抽查案卷 60 份"


def test_a_problem_closes_when_all_have_closed_and_then_only_by_the_word_of_the_director() -> None:
    units, director = [UnitFactory(), UnitFactory()], an_actor(Role.OFFICE_DIRECTOR)
    programme = issued(a_programme(units))
    (first,) = accepted(programme, units[0], {1: [1]})
    card = Case.objects.get(aspect__n=1)
    walked(first)
    card.refresh_from_db()
    assert card.state == "open"  # the other unit has not answered

    (second,) = accepted(programme, units[1], {1: [1]})
    card.refresh_from_db()
    assert (card.state, card.holder_role) == ("open", "")
    walked(second)
    card.refresh_from_db()

    assert (card.state, card.is_open, card.holder_role) == ("ready", True, "office_director")
    with pytest.raises(NotPermittedError):
        engine.perform(card, "close", an_actor(Role.OFFICE_STAFF), opinion="整体落实")
    with pytest.raises(RefusedError, match="意见"):
        engine.perform(card, "close", director)
    assert engine.perform(card, "close", director, opinion="全市整体落实").state == "closed"
    other = Case.objects.get(aspect__n=2)  # which nobody claims
    with pytest.raises(RefusedError, match="第 2 方面"):
        engine.perform(programme.case, "end", director, opinion="办结")
    assert engine.perform(other, "drop", director, reason="没有单位认领").state == "dropped"
    assert engine.perform(programme.case, "end", director, opinion="办结").state == "ended"


def test_a_unit_that_never_answers_does_not_hold_up_the_programme() -> None:
    silent, unit = UnitFactory(), UnitFactory()
    programme, director = issued(a_programme([silent, unit])), an_actor(Role.OFFICE_DIRECTOR)
    walked(accepted(programme, unit, {1: [1]})[0])
    asked = claim_of(programme, silent)

    with pytest.raises(RefusedError, match=r"认领期限 \S+ 还没有过"):
        engine.perform(asked, "conclude", director, reason="两次催办没有答复")
    with time_machine.travel(timezone.now() + timedelta(30), tick=False):
        asked = engine.perform(
            Case.objects.get(pk=asked.pk), "conclude", acting(director.post), reason="两次催办没有答复"
        )

    assert (asked.state, asked.content.why) == ("accepted", "没有按期认领：两次催办没有答复")
    assert Case.objects.get(aspect__n=1).state == "ready"


def test_the_office_is_told_when_a_settled_problem_has_a_rectification_again() -> None:
    unit, director, staff = UnitFactory(), an_actor(Role.OFFICE_DIRECTOR), an_actor(Role.OFFICE_STAFF)
    (case,) = accepted(issued(a_programme([unit])), unit, {1: [1]})
    closed, card = walked(case), Case.objects.get(aspect__n=1)
    engine.perform(card, "close", director, opinion="整体落实")

    services.withdraw_closure(closed, staff, found="台账系补造", relapse_due_on=timezone.localdate() + timedelta(60))

    told = Notice.objects.filter(case=card, post=director.post).values_list("text", flat=True)
    assert [text.startswith(f"“{card.title}”已认定整体落实") for text in told if "又有一件" in text] == [True]
    assert Case.objects.get(pk=card.pk).state == "closed"


def test_a_relapse_takes_a_problem_back_that_lay_before_the_director() -> None:
    unit, office = UnitFactory(), an_actor(Role.OFFICE_STAFF)
    (case,) = accepted(issued(a_programme([unit])), unit, {1: [1]})
    closed = walked(case)
    visit = services.book_look_back(office, number=str(closed.number), planned_on=timezone.localdate())
    assert Case.objects.get(aspect__n=1).state == "ready"

    given = {"verdict": "relapsed", "found": "又有 2 件", "relapse_due_on": timezone.localdate() + timedelta(40)}
    engine.perform(visit, "judge", an_actor(Role.OFFICE_STAFF), **given)

    assert Case.objects.get(aspect__n=1).state == "open"
    following = Case.objects.get(number=f"{closed.number}-L2")
    assert following.measures.get().demand.n == 1  # the new round stands in the matrix for the unit


def test_units_that_have_not_answered_are_reminded_once() -> None:
    units, staff = [UnitFactory(), UnitFactory()], an_actor(Role.OFFICE_STAFF)
    programme = issued(a_programme(units))
    claimed(programme, units[0], {1: [1]})

    assert services.remind_of_claim(programme, staff) == 1
    assert services.remind_of_claim(programme, staff) == 0
    assert list(Event.objects.filter(name="remind").values_list("case__unit", flat=True)) == [units[1].pk]


def test_a_programme_is_drafted_whole_or_not_at_all() -> None:
    unit, stranger, staff = UnitFactory(), UnitFactory(), a_post(Role.OFFICE_STAFF)
    campaign, by = a_campaign(units=[unit]), timezone.localdate() + timedelta(20)
    given: dict[str, Any] = {"title": "方案", "claim_by": by}

    with pytest.raises(DomainError, match="不是本批次的被督察单位"):
        services.draft_programme(acting(staff), campaign.case, **given, units=[stranger])
    with pytest.raises(NotPermittedError):
        services.draft_programme(an_actor(Role.OFFICE_DIRECTOR), campaign.case, **given)
    bare = services.draft_programme(acting(staff), campaign.case, **given)
    with pytest.raises(RefusedError, match="还没有方面"):
        engine.perform(bare.case, "submit", acting(staff))

    assert list(bare.units.all()) == [unit]
    assert Case.objects.filter(kind="programme").count() == 1


def test_a_basis_that_no_finding_could_cite_is_refused_while_it_can_still_be_mended() -> None:
    programme, staff = a_programme([UnitFactory()]), a_post(Role.OFFICE_STAFF)
    yesterday = timezone.localdate() - timedelta(1)
    ended = BasisFactory(code="FL98", name="某某管理办法", short_name="某某办法", repealed_on=yesterday)
    first, second = aspects()

    with pytest.raises(DomainError, match=f"第 2 方面：《某某办法》已于 {yesterday} 废止") as refused:
        services.set_aspects(acting(staff), programme, [first, second._replace(basis=ended)])

    assert refused.value.fields == {"1-article": "请核对依据和条款"}


def test_a_programme_has_no_more_measures_than_a_unit_can_tick() -> None:
    with pytest.raises(DomainError, match="规定措施共 301 条，超过 300 条"):
        a_programme([UnitFactory()], rows=[[f"措施 {n}-{i}" for i in range(43)] for n in range(7)])

    assert not Demand.objects.exists()


def test_the_problems_are_locked_in_one_order_before_any_is_opened_for_a_unit() -> None:
    """Else two that are accepted at once, one for the last problem, one for none, each wait for what the other has."""
    unit = UnitFactory()
    programme = issued(a_programme([unit]))
    case = claimed(programme, unit, {2: [3]})

    with CaptureQueriesContext(connection) as asked:
        engine.perform(case, "accept", an_actor(Role.OFFICE_STAFF))

    statements = [one["sql"] for one in asked.captured_queries]
    every = f'"programme_id" = {programme.pk}'
    of_aspects = [n for n, sql in enumerate(statements) if "aspect" in sql and every in sql and "casework_case" in sql]
    opened = [n for n, sql in enumerate(statements) if sql.startswith('INSERT INTO "inspections_finding"')]
    assert of_aspects[0] < opened[0]


def test_who_drafted_a_programme_does_not_approve_it() -> None:
    post = a_post(Role.OFFICE_STAFF)
    programme = a_programme([UnitFactory()], post=post)
    engine.perform(programme.case, "submit", acting(post))

    with pytest.raises(RefusedError, match="须由其他人员审定"):
        engine.perform(programme.case, "issue", acting(a_post(Role.OFFICE_DIRECTOR, user=post.user)))
