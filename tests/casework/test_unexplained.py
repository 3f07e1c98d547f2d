"""What was found stops a rebuilding until a clean look over everything; a share or a killed night hides nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.chore import Found, checks
from casework.enums import WorkStatus
from casework.jobs import night, overwritten
from casework.jobs.night import JOBS, Night, NightlyJob
from casework.models import ChoreRun, NightlyProgress
from organizations.enums import Role
from tests.factories import a_post

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
WRONG = "卡片 7 第 2 条：链值不符"
Run = Callable[[int, Found | BaseException], None]


class Killed(BaseException):
    """What nothing catches: the process is gone."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a night, so many days from today, in which the one job comes to this."""

    def be(after: int, outcome: Found | BaseException) -> None:
        def job(of: Night) -> Found:
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        only = [NightlyJob(1, "verify_it", "核对", job, "verify_trail")]
        monkeypatch.setattr(night, "JOBS", only)
        monkeypatch.setattr(overwritten, "JOBS", only)
        with suppress(Killed):
            list(night.run(TODAY + timedelta(after)))

    return be


def asked(wrong: str = "", status: str = WorkStatus.READY) -> Any:
    now = timezone.now()
    given = {"n_wrong": len(wrong.splitlines()), "wrong": wrong, "asked_at": now, "moved_at": now}
    post = a_post(Role.OFFICE_DIRECTOR)
    return ChoreRun.objects.create(chore="verify_trail", title="核对办理经过", post=post, status=status, **given)


def told() -> list[str]:
    return [line.partition("：")[2] for line in overwritten.unexplained()]


CLEAN, SHARE = Found("全部相符"), Found("全部相符", is_whole=False)


@pytest.mark.parametrize("later", [SHARE, Killed(), RuntimeError("broken")], ids=["a share", "killed", "failed"])
def test_what_was_found_stays_until_a_clean_look_over_everything(run: Run, later: Any) -> None:
    run(0, Found("有不符", [WRONG]))
    run(1, later)
    hidden = told()
    run(2, CLEAN)

    assert (hidden, told()) == ([WRONG], [])


def test_the_same_night_begun_again_and_killed_hides_nothing_either(run: Run) -> None:
    run(0, Found("有不符", [WRONG]))
    run(0, Killed())
    killed = told()
    run(0, CLEAN)

    assert (killed, told()) == ([WRONG], [])


def test_the_chore_of_the_whole_clears_what_a_share_has_found_only_when_it_was_done_and_clean(run: Run) -> None:
    run(0, Found("有不符", [WRONG], is_whole=False))
    asked(status=WorkStatus.STOPPED)
    stopped = told()
    asked()

    assert (stopped, told()) == ([WRONG], [])


def test_what_somebody_asked_for_and_found_counts_as_well() -> None:
    asked(f"{WRONG}\n{WRONG}处")
    found = told()
    asked()

    assert (found, told()) == ([WRONG, f"{WRONG}处"], [])


def test_what_waits_to_be_explained_is_not_swept_with_old_nights(run: Run) -> None:
    run(0, Found("有不符", [WRONG]))
    run(100, SHARE)
    run(200, SHARE)

    assert list(NightlyProgress.objects.order_by("day").values_list("found", flat=True)) == [[WRONG], []]
    assert told() == [WRONG]


def test_of_every_job_that_may_look_at_a_share_it_is_said_who_looks_at_everything() -> None:
    known = {check.name for check in checks()}

    whole = {job.name: job.whole for job in JOBS if job.name.startswith(overwritten.LOOKS)}

    assert {name for name, by in whole.items() if by not in known} == {"verify_ties"}  # it looks at every card itself
    assert set(whole.values()) - {""} == known
