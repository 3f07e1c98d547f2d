"""Two people at once: one succeeds, the other reads that somebody acted, and nothing happens twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from casework.errors import ConflictError
from casework.models import Case
from casework.workflow import engine, numbers, trail
from organizations import services
from organizations.enums import Role, UnitCategory
from organizations.models import Post
from rectification.enums import State
from rectification.models import Rectification
from tests.factories import Cast, UnitFactory, a_post, a_rectification, acting, an_actor, prepare
from ui.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run acts in threads that start together; return what each returned or raised."""
    results: list[object] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(n: int) -> None:
        gate.wait()
        try:
            results[n] = acts[n]()
        except Exception as error:  # noqa: BLE001
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_closing_and_returning_the_same_case_at_once_lets_one_win() -> None:
    case = a_rectification(State.FINAL_REVIEW)
    staff = an_actor(Role.OFFICE_STAFF)
    prepare(case, "verify", staff)
    verified = engine.perform(case, "verify", staff, opinion="佐证齐全")
    one, other = an_actor(Role.OFFICE_DIRECTOR), an_actor(Role.OFFICE_DIRECTOR)

    results = at_once(
        lambda: engine.perform(verified, "close", one, opinion="同意", seen=verified.last_seq),
        lambda: engine.perform(verified, "refuse_closure", other, seen=verified.last_seq, reason="佐证不足"),
    )

    assert sorted(type(result).__name__ for result in results) == ["Case", "ConflictError"]
    lost = next(result for result in results if isinstance(result, ConflictError))
    assert len(lost.events) == 1
    assert Case.objects.get(pk=case.pk).state in {State.CLOSED, State.SENT_BACK}
    assert list(trail.verify()) == []


def test_the_same_form_sent_twice_at_once_acts_once() -> None:
    case = a_rectification(State.SIGN)
    post = a_post(Role.UNIT_LIAISON, case.unit)

    results = at_once(*(lambda: engine.perform(case, "sign", acting(post), seen=case.last_seq) for _ in range(2)))

    assert sorted(type(result).__name__ for result in results) == ["Case", "ConflictError"]
    assert Case.objects.get(pk=case.pk).last_seq == case.last_seq + 1


def test_two_last_rectifications_closed_at_once_close_the_finding_once() -> None:
    first = a_rectification(State.FINAL_REVIEW)
    finding = first.rectification.finding
    from rectification.workflow.effects import open_rectification
    from tests.factories import walk

    second = open_rectification(finding, UnitFactory(), None, day=first.opened_on, suffix="-P01", is_lead=False)
    walk(second, State.FINAL_REVIEW, Cast(second).way())
    ready = []
    for case in (first, Case.objects.get(pk=second.pk)):
        staff = an_actor(Role.OFFICE_STAFF)
        prepare(case, "verify", staff)
        ready.append(engine.perform(case, "verify", staff, opinion="佐证齐全"))
    directors = [an_actor(Role.OFFICE_DIRECTOR) for _ in ready]

    results = at_once(
        *(
            lambda case=case, who=who: engine.perform(case, "close", who, opinion="同意")
            for case, who in zip(ready, directors, strict=True)
        )
    )

    assert [type(result).__name__ for result in results] == ["Case", "Case"]
    assert Case.objects.get(pk=finding.pk).state == "closed"
    assert Rectification.objects.filter(finding=finding).count() == 2


def test_numbers_taken_at_once_never_meet() -> None:
    taken = at_once(*(lambda: numbers.take("QYFD-2026-ZX09-{n:04}") for _ in range(6)))

    assert sorted(map(str, taken)) == [f"QYFD-2026-ZX09-{n:04}" for n in range(1, 7)]


def test_two_last_administrators_who_end_each_other_at_once_do_not_both_leave() -> None:
    home = UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False)
    one, other = (a_post(Role.SECURITY_ADMIN, home) for _ in range(2))
    pairs = ((one, other), (other, one))
    today = timezone.localdate()

    results = at_once(*(lambda a=a, b=b: services.end_post(a, today, actor=acting(b)) for a, b in pairs))

    assert sorted(type(result).__name__ for result in results) == ["DomainError", "Post"], results
    assert Post.objects.filter(unit=home, to_on=None).count() == 1
    assert any(isinstance(result, DomainError) and "唯一长期在任" in result.message for result in results)
