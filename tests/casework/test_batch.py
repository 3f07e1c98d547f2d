"""Several cases at once: one answer, each case through the one door, and what came of each is said."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from casework import kinds
from casework.models import Case, Event
from casework.workflow import engine
from casework.workflow.batches import serves_for_several, steps_of
from casework.workflow.circuits import all_circuits
from casework.workflow.inputs import INPUTS
from clues.enums import CLUE
from inspections.enums import Kind
from organizations.enums import Role
from organizations.models import Post
from rectification.enums import RECTIFICATION, State
from tests.factories import UnitFactory, a_post, a_rectification, acting, prepare

pytestmark = pytest.mark.django_db
URL = "/cases/batch/rectification/"
LIST = "/rectifications/?where=open"


def signed_in(client: Client, post: Post) -> Client:
    client.force_login(post.user)
    return client


def ticked(*cases: Case, **given: Any) -> dict[str, Any]:
    """What the pages send: the ticked cases, the events that were before the person's eyes, and where he came from."""
    fresh = Case.objects.in_bulk([case.pk for case in cases])
    return (
        {"case": [case.pk for case in cases], "back": LIST}
        | {f"seen-{pk}": case.last_seq for pk, case in fresh.items()}
        | given
    )


def states(*cases: Case) -> list[str]:
    found = Case.objects.in_bulk([case.pk for case in cases])
    return [found[case.pk].state for case in cases]


def test_the_ledger_lets_rows_be_ticked_for_whom_there_is_a_step_for_several(client: Client) -> None:
    case = a_rectification()

    pages = {
        role: signed_in(client, a_post(role)).get(LIST).content.decode()
        for role in (Role.OFFICE_STAFF, Role.CITY_LEADER)
    }

    box = f'name="case" value="{case.pk}"'
    assert {role: (box in page, f'action="{URL}"' in page) for role, page in pages.items()} == {
        Role.OFFICE_STAFF: (True, True),
        Role.CITY_LEADER: (False, False),
    }


def test_the_steps_are_offered_with_how_many_can_take_them_and_why_others_cannot(client: Client) -> None:
    unit = UnitFactory()
    waiting, claimed = a_rectification(unit=unit), a_rectification(State.CLAIM, unit=unit)

    response = signed_in(client, a_post(Role.UNIT_LIAISON, unit)).post(URL, ticked(waiting, claimed))

    offered = {
        choice.transition.name: ([case.pk for case in choice.ready], len(choice.held_up))
        for choice in response.context["choices"]
    }
    assert offered == {"sign": ([waiting.pk], 0), "claim": ([claimed.pk], 0), "dispute": ([claimed.pk], 0)}


def test_the_form_asks_once_and_names_who_stays_out(client: Client) -> None:
    ready, early = a_rectification(State.PLAN_REVIEW), a_rectification()

    response = signed_in(client, a_post(Role.OFFICE_STAFF)).post(URL, ticked(ready, early, step="return_plan"))

    assert (response.status_code, list(response.context["form"].fields)) == (200, ["reason", "return_kind"])
    assert [case.pk for case in response.context["ready"]] == [ready.pk]
    assert [(case.pk, why) for case, why in response.context["held_up"]] == [(early.pk, ["现在是“待签收”，不办这一步"])]


def test_each_case_takes_the_step_with_the_one_answer(client: Client) -> None:
    cases = [a_rectification(State.PLAN_REVIEW) for _ in range(2)]

    response = signed_in(client, a_post(Role.OFFICE_STAFF)).post(
        URL, ticked(*cases, step="return_plan", apply="1", reason="措施没有写明时限")
    )

    assert response.status_code == 200
    assert states(*cases) == [State.PLAN_RETURNED, State.PLAN_RETURNED]
    events = Event.objects.filter(case__in=cases, name="return_plan").order_by("case")
    assert [event.note["given"]["reason"] for event in events] == ["措施没有写明时限"] * 2


def test_a_missing_reason_is_asked_for_and_nothing_happens(client: Client) -> None:
    case = a_rectification(State.PLAN_REVIEW)

    response = signed_in(client, a_post(Role.OFFICE_STAFF)).post(
        URL, ticked(case, step="return_plan", apply="1", reason=" ")
    )

    assert (response.status_code, list(response.context["form"].errors), states(case)) == (
        422,
        ["reason"],
        [State.PLAN_REVIEW],
    )


def test_who_was_overtaken_on_one_case_still_gets_the_others_done(client: Client) -> None:
    """The same case can be sent twice as well: a page sent again changes nothing."""
    overtaken, quiet = a_rectification(State.PLAN_REVIEW), a_rectification(State.PLAN_REVIEW)
    sent = ticked(overtaken, quiet, step="approve_plan", apply="1", opinion="措施可行，同意实施")
    signed_in(Client(), a_post(Role.OFFICE_STAFF)).post(
        URL, ticked(overtaken, step="return_plan", apply="1", reason="责任人不明")
    )
    staff = signed_in(client, a_post(Role.OFFICE_STAFF))

    first, second = staff.post(URL, sent), staff.post(URL, sent)

    assert states(overtaken, quiet) == [State.PLAN_RETURNED, State.REMEDYING]
    assert [len(answer.context["outcome"].done) for answer in (first, second)] == [1, 0]
    assert [(case.pk, why) for case, why in first.context["outcome"].refused] == [
        (overtaken.pk, ["本件已办理“退回整改方案”，现在不能办这一步"])
    ]
    assert "措施可行，同意实施" in first.content.decode()


def opinions(*cases: Case) -> dict[str, str]:
    """What is said of each case by itself."""
    return {f"opinion-{case.pk}": f"{case.number} 同意销号" for case in cases}


def test_a_reason_in_the_way_of_one_case_is_said_for_that_case(client: Client) -> None:
    """Both stand where the director closes; one was verified, and the other is refused with its sentence."""
    verified, not_yet = a_rectification(State.FINAL_REVIEW), a_rectification(State.FINAL_REVIEW)
    verifier = acting(a_post(Role.OFFICE_STAFF))
    prepare(verified, "verify", verifier)
    signed_in(Client(), verifier.post).post(URL, ticked(verified, step="verify", apply="1", opinion="佐证齐全"))

    response = signed_in(client, a_post(Role.OFFICE_DIRECTOR)).post(
        URL, ticked(verified, not_yet, step="close", apply="1", **opinions(verified, not_yet))
    )

    outcome = response.context["outcome"]
    assert states(verified, not_yet) == [State.CLOSED, State.FINAL_REVIEW]
    assert [(case.pk, bool(reasons)) for case, reasons in outcome.refused] == [(not_yet.pk, True)]
    assert all(reason in response.content.decode() for reason in outcome.refused[0][1])


def test_what_is_done_stays_done_when_something_breaks_further_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = sorted((a_rectification(State.PLAN_REVIEW) for _ in range(2)), key=lambda case: (case.number, case.pk))
    plain = engine.perform

    def breaks(case: Case, *args: Any, **given: Any) -> Case:
        if case.pk == cases[1].pk:
            raise MemoryError
        return plain(case, *args, **given)

    monkeypatch.setattr(engine, "perform", breaks)
    with pytest.raises(MemoryError):
        signed_in(client, a_post(Role.OFFICE_STAFF)).post(URL, ticked(*cases, step="approve_plan", apply="1"))

    assert states(*cases) == [State.REMEDYING, State.PLAN_REVIEW]


def test_a_case_whose_transaction_had_to_give_way_to_another_is_taken_once_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, plain, ways = a_rectification(State.PLAN_REVIEW), engine.perform, [True]

    def gives_way(*args: Any, **given: Any) -> Case:
        if ways:
            deadlock = Exception()
            deadlock.sqlstate = "40P01"  # type: ignore[attr-defined]  # as psycopg says it
            ways.clear()
            raise OperationalError from deadlock
        return plain(*args, **given)

    monkeypatch.setattr(engine, "perform", gives_way)
    signed_in(client, a_post(Role.OFFICE_STAFF)).post(URL, ticked(case, step="approve_plan", apply="1"))

    assert states(case) == [State.REMEDYING]


def test_cases_of_others_are_neither_shown_nor_changed(client: Client) -> None:
    strange = a_rectification()
    liaison = signed_in(client, a_post(Role.UNIT_LIAISON))

    answers = [liaison.post(URL, ticked(strange, **more)) for more in ({}, {"step": "sign", "apply": "1"})]

    assert [(answer.status_code, answer.headers.get("Location")) for answer in answers] == [(302, LIST)] * 2
    assert states(strange) == [State.SIGN]


@pytest.mark.parametrize("name", ["close", "reassign", "no_such_step"])
def test_a_step_that_is_not_this_persons_or_not_for_several_is_not_there(client: Client, name: str) -> None:
    case = a_rectification(State.PLAN_REVIEW)

    response = signed_in(client, a_post(Role.OFFICE_STAFF)).post(URL, ticked(case, step=name, apply="1"))

    assert (response.status_code, states(case)) == (404, [State.PLAN_REVIEW])


@pytest.mark.parametrize("back", ["https://example.com/", "//example.com/", "", "nowhere", "a b"])
def test_a_forged_way_back_leads_home(client: Client, back: str) -> None:
    response = signed_in(client, a_post(Role.OFFICE_STAFF)).post(URL, {"back": back})

    assert response.headers["Location"] == reverse("home")


@pytest.mark.parametrize(
    "transition", {t.name: t for c in all_circuits() for t in c.transitions}.values(), ids=lambda t: t.name
)
def test_what_is_signed_chosen_or_handed_in_for_the_very_case_is_not_taken_for_several(transition: Any) -> None:
    of_the_case = {
        "commitment", "copied_to", "new_unit", "suggested_unit", "new_due_on", "granted_due_on", "files", "signature",
        "percent", "statements", "publicity_text", "contact", "objection_row",
    } & set(transition.needs)  # fmt: skip

    assert serves_for_several(transition) == (not of_the_case)


def test_every_kind_has_steps_for_several_for_the_staff() -> None:
    actor = acting(a_post(Role.OFFICE_STAFF))

    assert {kind: bool(steps_of(kind, actor)) for kind in (Kind.FINDING, RECTIFICATION, CLUE)} == dict.fromkeys(
        (Kind.FINDING, RECTIFICATION, CLUE), True
    )
    assert all(
        INPUTS[need].shape != "files"
        for spec in kinds.all_kinds()
        for t in steps_of(spec.name, actor).values()
        for need in t.needs
    )
