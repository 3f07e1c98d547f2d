"""销号: what the head signs, the check on site, publicity, verification, decision (docs/domain/process.md 2.5).

单位自验（主要负责人签字）→ 行业主管部门现场核查 → 公示 → 核验 → 审定 → 文号、通知.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from casework.enums import Capacity
from casework.models import Grant
from casework.workflow import numbers
from casework.workflow.circuits import having, step
from casework.workflow.inputs import Input, Statement, unsigned
from casework.workflow.notices import tell
from casework.workflow.prefetched import last_event
from casework.workflow.relations import OFFICE_DIRECTOR, OFFICE_STAFF, REVIEWER, UNIT_HEAD
from inspections.workflow.holders import office
from organizations.enums import BUSINESS, INSPECTED, Role
from rectification.enums import WORKING, State
from rectification.models import AcceptanceStandard
from rectification.workflow import claiming, effects, guards, publicity, signed, turns
from ui.errors import DomainError

if TYPE_CHECKING:
    from casework.models import Case
    from casework.workflow.circuits import Doing, Given
    from organizations.actor import Actor

S = State
DIRECTOR = office(Role.OFFICE_DIRECTOR)
RETURNED = ("return_kind", "measures")  # how a return is classed, and which measures it points at


def standards(case: Case | None = None, actor: Actor | None = None) -> list[Statement]:
    """Return the statements that the head of a unit signs, in order."""
    rows = AcceptanceStandard.objects.filter(is_in_use=True).order_by("code")
    return [row.to_sign() for row in rows]


def signed_each(case: Case, given: Given, day: date) -> dict[str, Any]:
    """Take what the head signed: every statement in use, as it reads today. A new request begins a new publicity.

    Raises:
        DomainError: a statement is not signed, or lacks its word.
    """
    lacking = unsigned(standards(), given["statements"])
    if lacking:
        raise DomainError("还没有签字或者没有写明：" + "；".join(one.text for one in lacking))
    return {"published_on": None}


PERSON = re.compile(r"([^，,、（(\s]+)[，,、（(\s]+\S.*")  # name, then post, which may have blanks in it


def checked_on_site(case: Case, given: Given, day: date) -> dict[str, Any]:
    """Take what the supervising department saw: two persons with their posts, a day, photos or why there are none.

    Raises:
        DomainError: one of these is not so.
    """
    asked = last_event(case, "request_closure")
    since = asked.day if asked else case.since
    if not since <= given["checked_on"] <= day:
        said = f"须在申请销号（{since:%Y-%m-%d}）以后、今天以前"
        raise DomainError(f"现场核查日期{said}", {"checked_on": said})
    names = []
    for name in ("checker_one", "checker_two"):
        person = PERSON.fullmatch(str(given[name]).strip())
        if person is None:
            raise DomainError("核查人请写姓名和职务，如“王某某，执法监督科科长”", {name: "请写姓名和职务"})
        names.append(person[1])
    if names[0] == names[1]:
        raise DomainError("现场核查须由两人进行，两个核查人不能是同一人", {"checker_two": "与核查人一相同"})
    if not given.get("site_photos") and not given.get("no_photos"):
        raise DomainError("请上传现场照片；没有照片的，写明原因", {"site_photos": "没有上传", "no_photos": "没有写"})
    return {"published_on": None}


def numbered(case: Case, given: Given, day: date) -> dict[str, Any]:
    """Give the closure its own number: 签发后占号，作废号不回收."""
    return {"closure_number": numbers.take(settings.CLOSURE_NUMBER, year=day.year)}


def copied(case: Case) -> list[int]:
    """Return the bodies that got a copy of the feedback by which this came to the unit (四抄告)."""
    issue = case.content.feedback_id
    rows = Grant.objects.filter(case_id=issue, capacity=Capacity.RECEIVE, to_on=None).order_by("pk")
    return list(rows.values_list("unit_id", flat=True)) if issue else []


def noticed(case: Case) -> claiming.Audience:
    """Return who is told of a closure: the unit, the supervising department, whoever got a copy of the feedback."""
    supervisor = case.content.finding.supervisor_id
    seen_by = [(case.unit_id, INSPECTED), *([(supervisor, frozenset({Role.INDUSTRY_REVIEWER}))] if supervisor else [])]
    return [*seen_by, *((unit_id, BUSINESS) for unit_id in copied(case))]


def give_notice(doing: Doing) -> None:
    """Tell the unit and the supervising department; whoever got a copy is told on the feedback, which he may see."""
    case, row = doing.case, doing.case.content
    said = f"销号通知：{case.unit_name}“{case.title}”已同意销号，文号 {row.closure_number}"
    got_copy = {(unit_id, BUSINESS) for unit_id in copied(case)}
    tell(case, said, [line for line in noticed(case) if line not in got_copy], except_for=doing.actor)
    if got_copy:
        tell(row.feedback, said, got_copy)


INPUTS = (
    Input("statements", "单位自验", "statements", rows=standards),
    Input("checked_on", "现场核查日期", "date"),
    Input("checked_at", "核查地点", "short", most=100),
    Input("checker_one", "核查人一", "short", most=60, help="姓名和职务，如“王某某，执法监督科科长”。"),
    Input("checker_two", "核查人二", "short", most=60, help="姓名和职务。谁验收、谁负责。"),
    Input("site_photos", "现场照片", "files", help="拍下整改以后的现场、案卷、公示栏等。"),
    Input("no_photos", "没有照片的原因", "short", most=200, help="如“只核对制度文件，没有现场”。"),
    *publicity.INPUTS,
)  # fmt: skip
SITE = ("checked_on", "checked_at", "checker_one", "checker_two")
READY = (
    guards.every_measure_is_done, guards.every_measure_has_evidence, guards.no_extension_pending,
    guards.review_has_come, guards.closure_changed_since_return,
)  # fmt: skip
# 不予销号情形 (docs/domain/process.md 2.5), as far as they can still be so when it comes to the decision; of the
# others the way there takes care: 长期坚持未到复核期 and 公示期未满
STANDS = (
    guards.judged_done_by_office, guards.every_measure_is_done, guards.every_measure_has_evidence,
    guards.no_evidence_is_refused, guards.no_objection_waits, guards.no_objection_upheld, guards.signed_by_head,
)  # fmt: skip
ON_THE_WAY = ("conditions", "acceptance", "site", "objections", "opinions", "warnings")
JUDGED = (*ON_THE_WAY, "evidence", "parts", "finding")
DECIDED = (*ON_THE_WAY, "differences", "evidence", "parts", "finding")
DECIDING = {"tells": claiming.the_unit, "shows": JUDGED}
MADE_PUBLIC = {"when": having("publicity"), "aside": True, "shows": ("publicity", "objections")}
LINES = (
    step("request_closure", "签字申请销号", WORKING, S.SUPERVISION, UNIT_HEAD, *READY, task="审签销号申请",
         asked_when=turns.is_no_extension_asked, else_to=(S.PUBLICITY, S.FINAL_REVIEW),
         needs=("statements", "commitment"), may=("signature", "note"), writes=signed_each, withdrawable=True,
         tells=claiming.the_lead, shows=("returned", "conditions", "signed", "acceptance", "parts"),
         signs=signed.closing_report),
    step("endorse", "审核通过", {S.SUPERVISION}, S.PUBLICITY, REVIEWER,
         guards.judged_done_by_supervisor, guards.every_measure_has_evidence, task="现场核查整改并认定",
         recusals=(guards.not_the_requester, guards.not_from_the_unit), else_to=(S.FINAL_REVIEW,),
         needs=(*SITE, "opinion"), may=("site_photos", "no_photos", "files"), writes=checked_on_site, shows=JUDGED,
         hint="两人到现场核查，写明日期、地点，上传照片。"),
    step("return_by_supervisor", "退回补充", {S.SUPERVISION}, S.SENT_BACK, REVIEWER,
         needs=("reason",), may=RETURNED, back=True, **DECIDING),
    step("publish", "发布公示", {S.PUBLICITY}, None, OFFICE_STAFF, guards.not_published_yet, task="发布公示",
         asked_when=turns.is_unpublished, needs=("channel", "publicity_text", "contact", "secrecy_review"),
         may=("published_on", "text_checked"), writes=publicity.publish, withdrawable=True, shows=JUDGED,
         hint="公示期自发布之日起算。"),
    step("record_objection", "登记异议", {S.PUBLICITY, S.FINAL_REVIEW}, None, OFFICE_STAFF, guards.is_published,
         needs=("objected_on", "objector", "objection"), may=("files",), effects=(publicity.enter,), **MADE_PUBLIC),
    step("answer_objection", "处理异议", {S.PUBLICITY, S.FINAL_REVIEW}, None, OFFICE_STAFF,
         guards.an_objection_waits, recusals=(guards.not_from_the_unit,),
         needs=("objection_row", "objection_outcome", "objection_answer"), may=("files",),
         effects=(publicity.answer,), **MADE_PUBLIC),
    step("end_publicity", "公示期满，转审定", {S.PUBLICITY}, S.FINAL_REVIEW, OFFICE_STAFF,
         guards.publicity_is_over, guards.no_objection_waits, guards.no_objection_upheld,
         task="办结公示", not_yet=turns.UNTIL_PUBLISHED, recusals=(guards.not_from_the_unit,),
         works_out=publicity.in_words, shows=("publicity", *JUDGED)),
    step("uphold_objection", "异议成立，退回", {S.PUBLICITY}, S.SENT_BACK, OFFICE_STAFF, guards.an_objection_is_upheld,
         needs=("reason",), may=("measures",), back=True, **DECIDING),
    step("verify", "核验通过，报请审定", {S.FINAL_REVIEW}, None, OFFICE_STAFF,
         *STANDS, guards.not_verified_yet, task="核验整改并认定",
         recusals=(guards.not_the_requester, guards.not_the_supervisor, guards.not_from_the_unit),
         needs=("opinion",), holder=DIRECTOR, withdrawable=True, shows=JUDGED),
    step("send_back", "退回补充", {S.FINAL_REVIEW}, S.SENT_BACK, OFFICE_STAFF,
         needs=("reason",), may=RETURNED, back=True, **DECIDING),
    step("close", "同意销号", {S.FINAL_REVIEW}, S.CLOSED, OFFICE_DIRECTOR,
         guards.verified, *STANDS, task="审定销号",
         recusals=(guards.not_the_requester, guards.not_the_supervisor, guards.not_the_verifier,
                   guards.not_the_finder, guards.not_from_the_unit),
         needs=("opinion",), of_each=("opinion",), writes=numbered,
         effects=(effects.settle_finding, give_notice), reaches=noticed, shows=DECIDED, signs=signed.closing_report),
    step("refuse_closure", "不予销号", {S.FINAL_REVIEW}, S.SENT_BACK, OFFICE_DIRECTOR,
         needs=("reason",), may=RETURNED, back=True, tells=claiming.the_unit, shows=DECIDED,
         signs=signed.closing_report),
)  # fmt: skip
