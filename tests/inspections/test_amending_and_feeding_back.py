"""A finding is corrected through the trail until it is fed back; a unit's findings are fed back together."""

from __future__ import annotations

import pytest

from casework.errors import ConflictError, NotPermittedError, RefusedError
from casework.models import Case, Event
from casework.workflow import engine
from inspections import services
from inspections.enums import FindingState
from inspections.models import Basis, Finding
from inspections.services import Cited
from organizations.enums import Role
from tests.factories import UnitFactory, a_campaign, a_finding, a_post, acting
from tests.inspections.people import days, seat_of, staff
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


def member_of(finding: Finding) -> object:
    return seat_of(finding.team)


def test_a_correction_is_remembered_as_before_and_after() -> None:
    finding = a_finding()
    before = finding.statement

    services.amend_finding(seat_of(finding.team), finding, {"statement": "改后的表述。", "severity": 2})

    note = Event.objects.filter(case=finding.case).latest("seq").note
    assert (note["before"], note["changed"]) == (
        {"statement": before, "severity": 1},
        {"statement": "改后的表述。", "severity": 2},
    )


def test_articles_are_corrected_with_the_words_and_remembered() -> None:
    finding = a_finding()
    basis = Basis.objects.create(code="FL78", name="某办法", short_name="某办法")

    services.amend_finding(seat_of(finding.team), finding, {}, citations=[Cited(basis, "7", "")])

    assert [str(row) for row in finding.citations.all()] == ["《某办法》第七条"]
    assert Event.objects.filter(case=finding.case).latest("seq").note["given"]["now"] == ["《某办法》第七条"]


def test_nothing_changed_writes_nothing() -> None:
    finding = a_finding()
    cited = [Cited(row.basis, row.article, row.words) for row in finding.citations.all()]
    last = Case.objects.get(pk=finding.pk).last_seq

    services.amend_finding(seat_of(finding.team), finding, {"statement": finding.statement}, citations=cited, seen=last)

    assert Case.objects.get(pk=finding.pk).last_seq == last


def test_who_looked_at_an_older_page_corrects_nothing() -> None:
    finding = a_finding()
    seen = Case.objects.get(pk=finding.pk).last_seq
    services.amend_finding(seat_of(finding.team), finding, {"severity": 2}, seen=seen)

    with pytest.raises(ConflictError):
        services.amend_finding(seat_of(finding.team), finding, {"severity": 3}, citations=[], seen=seen)

    assert (Case.objects.get(pk=finding.pk).severity, finding.citations.count()) == (2, 1)


def test_days_outside_the_campaign_are_refused_on_correction_too() -> None:
    finding = a_finding()

    with pytest.raises(DomainError) as refused:
        services.amend_finding(seat_of(finding.team), finding, {"discovered_on": days(-100)})

    assert list(refused.value.fields) == ["discovered_on"]


@pytest.mark.parametrize(
    ("state", "who", "may"),
    [
        (FindingState.DRAFT, "member", True), (FindingState.DRAFT, "leader", True),
        (FindingState.TEAM_REVIEW, "member", False), (FindingState.TEAM_REVIEW, "leader", True),
        (FindingState.OFFICE_REVIEW, "leader", False), (FindingState.OFFICE_REVIEW, "staff", True),
        (FindingState.CONFIRMED, "staff", True), (FindingState.FED_BACK, "staff", False),
    ],
)  # fmt: skip
def test_the_statement_is_corrected_by_whoever_has_it_and_locked_once_fed_back(
    state: FindingState, who: str, may: bool
) -> None:
    finding = a_finding(state)
    actor = staff() if who == "staff" else seat_of(finding.team, who)

    if may:
        services.amend_finding(actor, finding, {"statement": "改后。"})
    else:
        with pytest.raises(NotPermittedError):
            services.amend_finding(actor, finding, {"statement": "改后。"})

    assert (Finding.objects.get(pk=finding.pk).statement == "改后。") == may


def test_the_articles_are_locked_with_the_statement() -> None:
    finding = a_finding(FindingState.FED_BACK)

    with pytest.raises(NotPermittedError):
        services.amend_finding(staff(), finding, {"severity": 2}, citations=[])
    services.amend_finding(staff(), finding, {"severity": 2})

    assert (Case.objects.get(pk=finding.pk).severity, finding.citations.count()) == (2, 1)


def test_the_unit_cannot_correct_what_was_found_at_it() -> None:
    finding = a_finding()
    head = acting(a_post(Role.UNIT_HEAD, finding.case.unit))

    with pytest.raises(NotPermittedError):
        services.amend_finding(head, finding, {"statement": "没有问题。"})


def test_a_units_confirmed_findings_are_fed_back_together_and_no_others() -> None:
    one, two = UnitFactory(), UnitFactory()
    campaign = a_campaign(units=[one, two])
    mine = [a_finding(FindingState.CONFIRMED, campaign=campaign, unit=one, title=f"问题{n}") for n in (1, 2)]
    theirs = a_finding(FindingState.CONFIRMED, campaign=campaign, unit=two)
    draft = a_finding(FindingState.DRAFT, campaign=campaign, unit=one)

    services.feed_back_unit(staff(), campaign, one)

    states = dict(Case.objects.of_kind("finding").values_list("pk", "state"))
    assert [states[row.pk] for row in (*mine, theirs, draft)] == ["fed_back", "fed_back", "confirmed", "draft"]


def test_one_finding_whose_term_is_over_keeps_all_of_the_unit_back() -> None:
    unit = UnitFactory()
    campaign = a_campaign(units=[unit])
    good = a_finding(FindingState.CONFIRMED, campaign=campaign, unit=unit)
    late = a_finding(FindingState.CONFIRMED, campaign=campaign, unit=unit, discovered_on=days(-10), rectify_by=days(0))

    with pytest.raises(RefusedError, match=f"{late.case.number} 整改时限"):
        services.feed_back_unit(staff(), campaign, unit)

    assert set(Case.objects.filter(pk__in=[good.pk, late.pk]).values_list("state", flat=True)) == {"confirmed"}


def test_a_team_does_not_feed_back() -> None:
    finding = a_finding(FindingState.CONFIRMED)

    with pytest.raises(NotPermittedError):
        services.feed_back_unit(seat_of(finding.team, "leader"), finding.case.within.campaign, finding.case.unit)
    engine.perform(finding.case, "feed_back", staff())

    assert Case.objects.get(pk=finding.pk).state == "fed_back"
