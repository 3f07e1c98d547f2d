"""docs/rights.csv and docs/rights_to_correct.csv as the office signs them, read into rows.

The words are the office's only.
Nothing here is taken from the tables that run, but the names of states, roles and inputs: the words both sides share.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from organizations.enums import Role
from tests.house.sources import ROOT

KINDS = {
    "年度计划": "annualplan", "督察批次": "campaign", "问题": "finding", "整改": "rectification", "线索": "clue",
    "回头看": "lookback", "督察反馈": "feedback", "进展调度": "progresscall", "支持事项": "supportneed",
    "整改工作方案": "programme", "市级整改方面": "aspect", "对标认领": "unitclaim",
}  # fmt: skip
ROLES = {
    "依法治市办负责人": Role.OFFICE_DIRECTOR, "法治督察科经办": Role.OFFICE_STAFF, "督察组组长": Role.TEAM_LEADER,
    "督察组成员": Role.TEAM_MEMBER, "单位主要负责人": Role.UNIT_HEAD, "单位联络员": Role.UNIT_LIAISON,
    "主管部门审核员": Role.INDUSTRY_REVIEWER,
}  # fmt: skip
OURS = {"本单位的": "unit", "本组的": "team", "本件主管部门的": "supervisor"}
FACTS = {
    "立行立改": ("immediate", True), "非立行立改": ("immediate", False), "须主管部门审核": ("supervision", True),
    "免主管部门审核": ("supervision", False), "须公示": ("publicity", True), "免公示": ("publicity", False),
    "督察组录入": ("of_team", True), "督察科录入": ("of_team", False),
}  # fmt: skip
# what the sheet says of a case, and the function that is to say it
CONDITIONS = {
    "计划中有项目": "has_items", "计划外的写明事由": "says_why_outside_plan",
    "有被督察单位": "has_units", "每个单位分了组": "every_unit_has_team",
    "每组有组长": "every_team_has_leader", "没有未反馈的问题": "no_finding_in_draft",
    "没有未办结的整改或线索": "everything_is_settled", "有问题类别": "has_topic",
    "有定性依据": "has_basis", "有证据": "has_evidence",
    "整改时限在今天以后": "deadline_lies_ahead", "方案填写完整": "plan_is_complete", "还没有送签": "not_with_head",
    "已送签": "with_head", "措施全部完成": "every_measure_is_done", "每条措施有佐证": "every_measure_has_evidence",
    "没有待批的延期": "no_extension_pending", "有待批的延期": "extension_pending", "延期未满两次": "extensions_left",
    "长期坚持的到了复核日": "review_has_come", "主管部门认定全部到位": "judged_done_by_supervisor",
    "督察科认定全部到位": "judged_done_by_office", "公示期满": "publicity_is_over", "还没有核验": "not_verified_yet",
    "退回后有改动": "plan_changed_since_return", "补充后有改动": "closure_changed_since_return",
    "退回修改后有改动": "changed_since_return", "延期待签字": "extension_with_head",
    "督察科已核验": "verified",
    "还没有发布公示": "not_published_yet", "已发布公示": "is_published", "有待处理的异议": "an_objection_waits",
    "没有未处理的异议": "no_objection_waits", "没有成立的异议": "no_objection_upheld",
    "有成立的异议": "an_objection_is_upheld", "佐证疑点没有采信的": "no_evidence_is_refused",
    "有主要负责人签字": "signed_by_head",
    "每件已填报进展": "every_item_is_answered", "本次调度还没有提醒": "not_reminded_yet",
    "方案中有方面和措施": "has_aspects", "认领期限在今天以后": "claim_lies_ahead",
    "每个方面都有结论": "every_aspect_is_settled", "各单位全部认领并销号": "unsettled", "没有单位认领": "nobody_claims",
    "已填写认领情况": "is_filled_in", "已过认领期限": "claim_is_overdue",
}  # fmt: skip
RECUSALS = {
    "不得是报请审定的本人": "not_the_submitter", "不得是录入问题的本人": "not_the_finder",
    "不得是提出异议的本人": "not_the_disputer", "不得是确认问题的本人": "not_the_confirmer",
    "不得是签字报送方案的本人": "not_the_plan_signer",
    "不得是申请延期的本人": "not_the_extension_asker", "不得是申请销号的本人": "not_the_requester",
    "不得是主管部门审核的本人": "not_the_supervisor", "不得是核验的本人": "not_the_verifier",
    "不得在责任单位任职": "not_from_the_unit", "不得是报送办结的本人": "not_the_reporter",
    "不得是核查的本人": "not_the_verifier", "不得是审定销号的本人": "not_the_closer",
}  # fmt: skip
FIELDS = {
    "总体要求": "purpose", "标题": "title", "项目": "items", "计划外事由": "outside_reason",
    "督察内容": "content", "实施自": "from_on",
    "实施至": "to_on", "须主管部门审核": "with_supervision", "须公示": "with_publicity", "公示天数": "publicity_days",
    "被督察单位": "units", "督察组": "teams", "问题类别": "topic_id", "性质": "severity", "问题表述": "statement",
    "问题来源": "source", "发现方式": "method", "发现日期": "discovered_on", "事实发生日期": "happened_on",
    "共性问题": "is_common",
    "行业主管部门": "supervisor", "整改类型": "rectify_type", "整改时限": "rectify_by", "规定措施": "required_measures",
    "配合单位": "assisting", "定性依据": "citations", "整改目标": "goal", "问题根源": "cause_id",
    "责任领导（职务）": "leader_title", "责任人": "owner", "建章立制": "institution", "线索内容": "content",
    "认领期限": "claim_by", "印发单位": "units", "方面": "aspects",
}  # fmt: skip
BEGINS = {
    "年度计划": "起草中", "督察批次": "筹备中", "问题": "底稿", "整改": "待签收", "线索": "已登记", "回头看": "待核查",
    "督察反馈": "待签收", "进展调度": "待答复", "支持事项": "待协调",
    "整改工作方案": "起草中", "市级整改方面": "整改中", "对标认领": "待认领",
}  # fmt: skip
ENDS = {
    "年度计划": {"已完成"}, "督察批次": {"已结束", "已取消"}, "问题": {"已销号", "不予采纳"},
    "整改": {"已销号", "已改派", "已撤销"}, "线索": {"已销号", "不予受理"},
    "回头看": {"已核查", "已取消"}, "督察反馈": {"已签收"},
    "进展调度": {"已答复", "已取消"}, "支持事项": {"已答复", "不再需要"},
    "整改工作方案": {"已办结", "已作废"}, "市级整改方面": {"已落实", "不再单列"}, "对标认领": {"已核定"},
}  # fmt: skip


NOT_SENT = "未送签时"


class Person(NamedTuple):
    """A role, and in relation to what: "" for the office, which does it for every case.

    `not_sent`: only while the case does not lie with the unit's head for signature.
    """

    role: Role
    ours: str
    not_sent: bool = False

    @classmethod
    def read(cls, words: str) -> Person:
        if words.startswith(NOT_SENT):
            return cls.read(words.removeprefix(NOT_SENT))._replace(not_sent=True)
        for prefix, ours in OURS.items():
            if words.startswith(prefix):
                return cls(ROLES[words.removeprefix(prefix)], ours)
        return cls(ROLES[words], "")

    def allows(self, role: Role, relation: str, *, is_sent: bool = False) -> bool:
        held = not (self.not_sent and is_sent)
        return held and role == self.role and (self.ours == "" or relation == "own")


class Right(NamedTuple):
    """One row of docs/rights.csv."""

    kind: str
    label: str
    code: str
    sources: frozenset[str]
    facts: dict[str, bool]
    people: tuple[Person, ...]
    recusals: list[str]
    needs: list[str]
    conditions: list[str]
    target: str
    hands: str
    is_back: bool
    is_withdrawable: bool
    basis: str

    def holds(self, facts: frozenset[str]) -> bool:
        return all((name in facts) == wanted for name, wanted in self.facts.items())

    def allows(self, role: Role, relation: str) -> bool:
        return any(person.allows(role, relation) for person in self.people)


class Correction(NamedTuple):
    """One row of docs/rights_to_correct.csv."""

    kind: str
    states: frozenset[str]
    people: tuple[Person, ...]
    fields: frozenset[str]


def _parts(cell: str) -> list[str]:
    return [part for part in cell.split("、") if part]


def _people(cell: str) -> tuple[Person, ...]:
    return () if cell == "系统自动" else tuple(Person.read(words) for words in _parts(cell))


@cache
def rights() -> tuple[Right, ...]:
    """Read every right, in the order of the sheet."""
    with (ROOT / "docs" / "rights.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    yes = {"是": True, "否": False}
    return tuple(
        Right(
            row["件类"],
            row["步骤"],
            row["代码"],
            frozenset(_parts(row["从"])),
            dict(FACTS[word] for word in _parts(row["适用"])),
            _people(row["谁可以办"]),
            sorted(RECUSALS[word] for word in _parts(row["回避"])),
            _parts(row["须填"]),
            sorted(CONDITIONS[word] for word in _parts(row["先决条件"])),
            row["到"],
            row["交给"],
            yes[row["退回"]],
            yes[row["可撤回"]],
            row["依据"],
        )
        for row in rows
    )


@cache
def corrections() -> tuple[Correction, ...]:
    """Read what may be corrected, in the order of the sheet."""
    with (ROOT / "docs" / "rights_to_correct.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Correction(
                row["件类"],
                frozenset(_parts(row["状态"])),
                _people(row["谁可以改"]),
                frozenset(FIELDS[word] for word in _parts(row["可以改什么"])),
            )
            for row in csv.DictReader(file)
        )
