"""Where what stands in the way of a step is mended: from a check to the words of the button and its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from casework.kinds import Mend
from casework.models import Case
from casework.pages.case_page import last_return, url_of_step
from casework.workflow.circuits import circuit_of
from casework.workflow.prefetched import read_events
from organizations.actor import Actor
from rectification.models import Measure
from rectification.querysets import REVIEWERS
from rectification.services import judge_of, shut_to
from rectification.workflow import guards
from rectification.workflow.verdicts import measures_of


def _undone(case: Case, actor: Actor) -> tuple[str, str] | None:
    """Where the unit reports on the first measure that is not done; where it has none, where it adds one."""
    undone = next((m for m in measures_of(case) if m.done_on is None), None)
    if undone is None:
        return _write_plan(case, actor)
    return _complete(case, actor, undone, f"填报措施 {undone.n} 完成情况")


def _bare(case: Case, actor: Actor) -> tuple[str, str] | None:
    bare = next((m for m in measures_of(case) if not m.standing_evidence()), None)
    return _complete(case, actor, bare, f"补充措施 {bare.n} 的佐证") if bare else None


def _supplement(case: Case, actor: Actor) -> tuple[str, str] | None:
    """Where the unit adds to what was sent back: to the first measure that the return points at, else the first."""
    returned, rows = last_return(case, read_events(case)), measures_of(case)
    pointed = [m for m in rows if returned is not None and str(m) in returned.pointed]
    first = next(iter((*pointed, *rows)), None)
    return _complete(case, actor, first, f"补充措施 {first.n} 的佐证") if first else None


def _complete(case: Case, actor: Actor, measure: Measure, label: str) -> tuple[str, str] | None:
    may = shut_to(case, actor, drafting=False) is None
    return (label, reverse("measure-complete", args=[measure.pk])) if may else None


def _write_plan(case: Case, actor: Actor) -> tuple[str, str] | None:
    label = "修改整改方案" if measures_of(case) else "编制整改方案"
    may = shut_to(case, actor, drafting=True) is None
    return (label, reverse("rectification-plan", args=[case.pk])) if may else None


def _judge(case: Case, actor: Actor) -> tuple[str, str] | None:
    return ("认定措施", reverse("rectification-verdicts", args=[case.pk])) if judge_of(case, actor) else None


def _step(name: str) -> Mend:
    """Lead to a step, where this person may take it now."""

    def mend(case: Case, actor: Actor) -> tuple[str, str] | None:
        found = next((t for t in circuit_of(case).permitted(case, actor) if t.name == name), None)
        may = found is not None and not found.refusals(case, actor)
        return (found.label, url_of_step(case, found)) if found and may else None

    return mend


def _warnings(case: Case, actor: Actor) -> tuple[str, str] | None:
    may = actor.role in REVIEWERS
    return ("对照并逐条认定", reverse("rectification-warnings", args=[case.pk])) if may else None


MENDS: dict[Callable[..., Any], Mend] = {
    guards.plan_is_complete: _write_plan,
    guards.plan_changed_since_return: _write_plan,
    guards.every_measure_is_done: _undone,
    guards.every_measure_has_evidence: _bare,
    guards.closure_changed_since_return: _supplement,
    guards.judged_done_by_supervisor: _judge,
    guards.judged_done_by_office: _judge,
    guards.is_published: _step("publish"),
    guards.publicity_is_over: _step("publish"),
    guards.no_objection_waits: _step("answer_objection"),
    guards.no_objection_upheld: _step("uphold_objection"),
    guards.no_evidence_is_refused: _warnings,
}
