"""What the head of a unit signs and the director decides on, as it reads: the plan, the closing report, an extension.

主要负责人审签方案、签字申请销号 (docs/domain/process.md 2.1, 2.5); what is kept of it stands in the trail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.models import Attachment
from rectification.enums import Judge
from rectification.models import PlanVerdict
from rectification.workflow.plan_items import items_of, labelled
from rectification.workflow.verdicts import measures_of, standing

if TYPE_CHECKING:
    from datetime import date

    from casework.models import Case
    from casework.workflow.signing import Content
    from rectification.models import EvidenceVerdict

HEAD = PlanVerdict(item=PlanVerdict.HEAD).called


def plan(case: Case) -> Content:
    """The whole plan: what it answers, goal, cause, persons, every measure, the files that came with it."""
    row = case.content
    grounds = "；".join(str(citation) for citation in row.finding.citations.select_related("basis"))
    said = row.part or row.finding.statement
    problem = {"问题": said, "定性依据": grounds, "整改时限": _day(case.due_on)}
    items = {PlanVerdict(item=n).called: labelled(fields) for n, fields in items_of(case).items()}
    return {"整改事项": problem} | items | {HEAD: items[HEAD] | {"文件": _named(papers(case))}}


def closing_report(case: Case) -> Content:
    """The plan with what was done about each measure, the evidence, and what each judge says of it."""
    said, row, planned = standing(case), case.content, plan(case)
    report = {**planned, HEAD: {**planned[HEAD], "建章立制": row.institution}}
    for measure in measures_of(case):
        called = PlanVerdict(item=measure.n).called
        report[called] = {
            **planned[called],
            "完成日期": _day(measure.done_on),
            "完成情况": measure.result,
            "佐证": _named(measure.standing_evidence()),
            **{judge.label: _verdict(said.get((measure.pk, judge))) for judge in Judge},
        }
    return report


def extension(case: Case) -> Content:
    """What is asked of the deadline, and how often it was put off before."""
    row = case.content
    asked = {"现时限": _day(case.due_on), "申请延至": _day(row.asked_due_on), "已延期": f"{row.extensions} 次"}
    return {"延期申请": asked}


def papers(case: Case) -> list[Attachment]:
    """The files that prove no measure: the plan as it was written, minutes."""
    return list(Attachment.objects.standing().filter(case=case, measures=None).order_by("pk"))


def files_of(case: Case) -> dict[str, list[Attachment]]:
    """The files of each piece, by how it is called."""
    return {HEAD: papers(case)} | {PlanVerdict(item=m.n).called: m.standing_evidence() for m in measures_of(case)}


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _named(files: list[Attachment]) -> str:
    """Name files so that another of the same name is told apart."""
    return "、".join(f"{file.name}（校验码 {file.sha256[:8]}）" for file in files)


def _verdict(verdict: EvidenceVerdict | None) -> str:
    if verdict is None:
        return ""
    return f"{verdict.get_verdict_display()}：{verdict.reason}" if verdict.reason else verdict.get_verdict_display()
