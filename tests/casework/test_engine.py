"""The one door: who comes too late is told, the past is not rewritten, edits are remembered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.errors import ConflictError, NotPermittedError, RefusedError
from casework.models import Case, Event, Notice
from casework.workflow import engine
from casework.workflow.circuits import all_circuits, circuit_of
from inspections.enums import FindingState
from organizations.enums import Role
from rectification.enums import State
from tests.closures import SIGNED
from tests.factories import Cast, a_finding, a_post, a_rectification, acting, an_actor

pytestmark = pytest.mark.django_db


def test_a_step_moves_the_card_and_leaves_one_event() -> None:
    case = a_rectification(State.SIGN)
    liaison = acting(a_post(Role.UNIT_LIAISON, case.unit))

    after = engine.perform(case, "sign", liaison, seen=case.last_seq)

    event = Event.objects.get(case=case, seq=after.last_seq)
    assert (after.state, event.name, event.source, event.state, event.post_id) == (
        "claim",
        "sign",
        "sign",
        "claim",
        liaison.post.pk,
    )
    assert (after.holder_unit_id, after.holder_role) == (case.unit_id, Role.UNIT_LIAISON)


def test_who_comes_second_is_told_what_the_first_did() -> None:
    case = a_rectification(State.SIGN)
    first, second = (acting(a_post(Role.UNIT_LIAISON, case.unit)) for _ in range(2))
    engine.perform(case, "sign", first, seen=case.last_seq)

    with pytest.raises(ConflictError) as told:
        engine.perform(case, "sign", second, seen=case.last_seq)

    assert [event.name for event in told.value.events] == ["sign"]
    assert told.value.case.state == State.CLAIM


def test_a_step_from_another_state_is_refused_even_without_seen() -> None:
    case = a_rectification(State.SIGN)

    with pytest.raises(ConflictError):
        engine.perform(case, "claim", acting(a_post(Role.UNIT_LIAISON, case.unit)))


def test_a_stranger_cannot_take_a_step_he_could_take_in_his_own_case() -> None:
    case = a_rectification(State.SIGN)
    stranger = an_actor(Role.UNIT_LIAISON)

    with pytest.raises(NotPermittedError):
        engine.perform(case, "sign", stranger)

    assert Case.objects.get(pk=case.pk).state == State.SIGN


@pytest.mark.parametrize("role", list(Role))
def test_only_the_roles_of_the_table_take_a_step(role: Role) -> None:
    case = a_rectification(State.PLAN_REVIEW)
    actor = an_actor(role, case.unit if role in {Role.UNIT_HEAD, Role.UNIT_LIAISON} else None)

    permitted = [t.name for t in circuit_of(case).permitted(case, actor)]

    assert permitted == (["approve_plan", "return_plan"] if role == Role.OFFICE_STAFF else [])


def test_a_step_back_without_a_reason_is_refused() -> None:
    case = a_rectification(State.PLAN_REVIEW)

    with pytest.raises(RefusedError) as refused:
        engine.perform(case, "return_plan", an_actor(Role.OFFICE_STAFF), reason="")

    assert refused.value.reasons == ["请填写“原因”"]


def test_a_refused_step_leaves_nothing_behind() -> None:
    case = a_rectification(State.REMEDYING)
    head = Cast(case)(Role.UNIT_HEAD)
    before = Event.objects.count()

    with pytest.raises(RefusedError):
        engine.perform(case, "request_closure", head, **SIGNED)

    assert Event.objects.count() == before
    assert Case.objects.get(pk=case.pk).state == State.REMEDYING


@pytest.mark.parametrize("shift", [-1, 1])
def test_the_effective_day_lies_between_the_last_step_and_today(shift: int) -> None:
    case = a_rectification(State.SIGN)

    with pytest.raises(RefusedError):
        engine.perform(
            case, "sign", acting(a_post(Role.UNIT_LIAISON, case.unit)), day=timezone.localdate() + timedelta(shift)
        )


def test_an_edit_is_remembered_as_before_and_after() -> None:
    finding = a_finding(FindingState.DRAFT)
    member = finding.team.members.get(duty="member").post

    engine.amend(finding.case, acting(member), {"statement": "改过的表述", "severity": 2})

    event = Event.objects.filter(case=finding.case).latest("seq")
    assert event.note["before"] == {"statement": finding.statement, "severity": 1}
    assert event.note["changed"] == {"statement": "改过的表述", "severity": 2}
    assert event.after == {"severity": 2}


def test_what_the_table_does_not_list_cannot_be_edited() -> None:
    case = a_rectification(State.REMEDYING)

    with pytest.raises(NotPermittedError):
        engine.amend(
            case,
            acting(a_post(Role.UNIT_HEAD, case.unit)),
            {"severity": 1, "due_on": timezone.localdate() + timedelta(900)},
        )


def test_a_statement_is_locked_once_it_is_fed_back() -> None:
    finding = a_finding(FindingState.FED_BACK)

    with pytest.raises(NotPermittedError):
        engine.amend(finding.case, an_actor(Role.OFFICE_STAFF), {"statement": "事后改写"})


def test_the_last_step_can_be_withdrawn_by_who_took_it_and_by_nobody_else() -> None:
    case = a_rectification(State.SIGN)
    liaison, other = (a_post(Role.UNIT_LIAISON, case.unit) for _ in range(2))
    engine.perform(case, "sign", acting(liaison))

    with pytest.raises(NotPermittedError):
        engine.withdraw(case, acting(other), reason="点错了")
    after = engine.withdraw(case, acting(liaison), reason="点错了")

    assert after.state == State.SIGN
    assert Event.objects.filter(case=case).latest("seq").note["withdraws"] == case.last_seq + 1


def test_a_closed_case_does_not_move_any_more() -> None:
    case = a_rectification(State.CLOSED)

    assert all(case.state not in t.sources for t in circuit_of(case).transitions)
    assert {c.kind: c.terminal for c in all_circuits() if c.kind == case.kind}[case.kind] >= {
        "closed",
        "void",
        "reassigned",
    }


def test_the_unit_is_told_of_a_return_and_the_one_who_returned_is_not() -> None:
    case = a_rectification(State.PLAN_REVIEW)
    liaison, staff = a_post(Role.UNIT_LIAISON, case.unit), an_actor(Role.OFFICE_STAFF)
    Notice.objects.all().delete()

    engine.perform(case, "return_plan", staff, reason="目标不可量化")

    told = set(Notice.objects.filter(case=case).values_list("post", flat=True))
    assert liaison.pk in told
    assert staff.post.pk not in told
