"""整改, the kind that the figures count, and 回头看: their declarations, which casework serves them from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casework.deadlines.limits import SOON_LABEL
from casework.kinds import AdminList, Beginning, CasePage, KindSpec, Listing, Section
from casework.workflow.tables import Table
from inspections.enums import Kind
from organizations.columns import ACTED
from rectification.columns import COLUMNS, FEEDBACKS, LOOK_BACKS, PRINTED, reconciled
from rectification.enums import LOOK_BACK, NO_CLOCK, RECTIFICATION, FeedbackState, LookBackOrigin
from rectification.filters import FeedbackFilter, LedgerFilter, LookBackFilter
from rectification.forms import LookBackForm, verdict_forms
from rectification.models import Measure, ProgressReport
from rectification.pages import (
    BRIEFS,
    MENDS,
    brief_of_feedback,
    brief_of_look_back,
    read_briefs,
    read_feedback,
    read_rectification,
    with_surroundings,
)
from rectification.querysets import feedbacks, ledger, with_facts, with_shown
from rectification.services import book_look_back
from rectification.workflow import INPUTS, TABLE, facts_of, feedback, look_back
from rectification.workflow.verdicts import read_measures
from ui.lists import Empty, Shortcut

if TYPE_CHECKING:
    from casework.models import Case
    from organizations.actor import Actor

SWITCHES = (
    "rectification__finding__case__within__campaign"  # the circuit reads the finding and the switches of its campaign
)


def _reads(case: Case, actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    found = read_rectification(case, actor, context["trail"])
    judging = found["judging"]
    return found | {"verdict_forms": verdict_forms(found["measures"], judging, None) if judging else []}


RECTIFICATION_KIND = KindSpec(
    name=RECTIFICATION,
    label="整改",
    table=TABLE,
    number="{finding}{part}",  # -P01: with others; -G01: handed over; -L2: second round
    facts=facts_of,
    inputs=INPUTS,
    counted=True,
    late="整改逾期",
    no_clock=NO_CLOCK,
    related=(SWITCHES,),
    words_through="rectification__finding_id",  # a rectification has no text of its own: its finding's counts
    listing=Listing(
        "rectifications",
        "rectifications/",
        "整改台账",
        COLUMNS,
        Empty("还没有整改", "问题反馈给单位后，每个责任单位的整改列在这里。"),
        order_in_bar=30,
        key="l",
        filterset=LedgerFilter,
        order=("-is_open", "due_on", "pk"),
        rows=ledger,
        shows=with_shown,
        export_name="问题整改台账",
        ledger="一个问题一个责任单位一行",
        search_label="问题、编号、单位",
        counts_states=True,
        shortcuts=(
            Shortcut("整改逾期", "due=late"),
            Shortcut("本步逾期", "due=step_late"),
            Shortcut(SOON_LABEL, "due=soon"),
            Shortcut("没有办结", "where=open"),
        ),
        blank="问题整改台账",
        export_rows=with_facts,
        printed=PRINTED,
        counted_beside="is_lead",
        reconcile=reconciled,
    ),
    page=CasePage(
        joins=(SWITCHES,),
        rows=with_surroundings,
        template="rectification/case.html",
        mends=MENDS,
        briefs=BRIEFS,
        briefing=read_briefs,
        prepare=read_measures,
        reads=_reads,
    ),
    admin=AdminList(
        beside=(
            (Measure, ("n", "content", "owner", "due_on", "done_on", "result")),
            (ProgressReport, ("day", "percent", "text", ACTED)),
        ),
    ),
)


def _facts(case: Case) -> list[str]:
    within, origin = case.content.rectification.within, LookBackOrigin(case.subkind).label
    planned = f"{origin}，计划 {case.due_on:%Y-%m-%d} 核查"
    return [case.unit_name, *([within.title] if within else []), case.get_severity_display(), planned]


def _next_round(case: Case) -> str:
    following = case.content.next_round
    return f"第 {following.content.round} 轮整改 {following.number}，本轮的日期和统计不变" if following else ""


LOOK_BACK_KIND = KindSpec(
    name=LOOK_BACK,
    label="回头看",
    table=Table(look_back.CIRCUIT),
    number="{rectification}-H{n:02}",
    inputs=look_back.INPUTS,
    related=("lookback__rectification",),
    words_through="lookback__rectification__rectification__finding_id",  # found as what it looks back at
    needs_unit=False,  # the office looks back, whatever has become of the unit
    listing=Listing(
        "lookbacks",
        "look-backs/",
        "回头看",
        LOOK_BACKS,
        Empty("还没有安排回头看", "已销号、长期坚持的整改，由市委依法治市办在其页面上列入，到计划日期核查。"),
        order_in_bar=31,
        order=("-is_open", "due_on", "pk"),
        joins=("lookback__rectification__within",),
        filterset=LookBackFilter,
        search_label="问题、编号、单位",
        export_name="回头看清单",
    ),
    page=CasePage(
        joins=("lookback__rectification__within", "lookback__next_round__rectification"),
        briefs=BRIEFS,
        briefing=brief_of_look_back,
        facts=_facts,
        sections=(
            Section(
                "整改",
                lambda case: str(case.content.rectification),
                lambda case: case.content.rectification.get_absolute_url(),
            ),
            Section("结论", lambda case: str(case.content.get_verdict_display())),
            Section("核查情况", lambda case: str(case.content.found)),
            Section("重新挂账", _next_round, lambda case: case.content.next_round.get_absolute_url()),
        ),
    ),
    beginning=Beginning(
        "列入回头看",
        lambda actor: actor.is_office,
        LookBackForm,
        book_look_back,
        intro="到计划日期前由市委依法治市办核查，认定反弹的另开新一轮整改。",
        submit="列入",
        said="已列入回头看 {number}。",
        on_home=False,
    ),
    admin=AdminList(days="due_on"),
)
FEEDBACK_KIND = KindSpec(
    name=Kind.FEEDBACK,
    label="督察反馈",
    table=Table(feedback.CIRCUIT),
    number="{campaign}-FK{n:02}",
    words=lambda case: str(case.unit_name),
    late="没有按期签收",
    listing=Listing(
        "feedbacks",
        "feedbacks/",
        "督察反馈",
        FEEDBACKS,
        Empty("还没有督察反馈", "问题反馈给单位后，每个单位的反馈意见列在这里，由单位签收。"),
        order_in_bar=29,
        filterset=FeedbackFilter,
        order=("-is_open", "due_on", "pk"),
        rows=feedbacks,
        search_label="单位、编号",
        export_name="督察反馈清单",
        to=lambda actor: "feedbacks" in actor.standing.menu,
        bar="反馈",
        batch=False,
        shortcuts=(Shortcut("还没有签收", f"state={FeedbackState.SENT}"),),
    ),
    page=CasePage(
        template="rectification/feedback.html",
        reads=read_feedback,
        briefs={"list": "rectification/briefs/feedback.html"},
        briefing=brief_of_feedback,
    ),
)
KINDS = (FEEDBACK_KIND, RECTIFICATION_KIND, LOOK_BACK_KIND)
