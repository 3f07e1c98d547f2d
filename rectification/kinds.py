"""整改, the kind that the figures count, and 回头看: their declarations, which casework serves them from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef
from django.urls import reverse

from casework.deadlines.limits import SOON_LABEL
from casework.kinds import AdminList, Beginning, CasePage, KindSpec, Listing, Section
from casework.models import Case
from casework.workflow.tables import Table
from inspections.enums import Kind
from organizations.columns import ACTED
from organizations.enums import Role
from rectification.columns import CALLS, COLUMNS, FEEDBACKS, LOOK_BACKS, NEEDS, PRINTED, reconciled
from rectification.enums import (
    LOOK_BACK,
    NO_CLOCK,
    PROGRESS_CALL,
    RECTIFICATION,
    SUPPORT_NEED,
    FeedbackState,
    LookBackOrigin,
)
from rectification.filters import CallFilter, FeedbackFilter, LedgerFilter, LookBackFilter, NeedFilter
from rectification.forms import LookBackForm, verdict_forms
from rectification.models import CallItem, Feedback, Measure, ProgressReport, Rectification
from rectification.pages import (
    BRIEFS,
    MENDS,
    brief_of_feedback,
    brief_of_look_back,
    history,
    read_briefs,
    read_feedback,
    read_rectification,
    with_surroundings,
)
from rectification.paper.shown import warned_beside
from rectification.querysets import feedbacks, ledger, with_facts, with_shown
from rectification.services import book_look_back
from rectification.workflow import INPUTS, TABLE, facts_of, feedback, look_back, progress
from rectification.workflow.verdicts import read_measures
from ui.counting import how_many
from ui.lists import Empty, Shortcut

if TYPE_CHECKING:
    from django.db.models import QuerySet

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
            Shortcut("滞后于序时", "due=behind"),
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
        joins=(SWITCHES, "rectification__cause"),
        rows=with_surroundings,
        template="rectification/case.html",
        own_pages={"return_plan": "rectification-plan-review"},
        mends=MENDS,
        briefs=BRIEFS,
        briefing=read_briefs,
        beside=warned_beside,
        history=history,
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
    admin=AdminList(days="opened_on", beside=((Rectification, ("case", "finding", "part")),), model=Feedback),
)


def _with_counts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Bring how many rectifications a call asks about, and of how many it has an answer."""
    items = CallItem.objects.filter(call_id=OuterRef("pk"))
    counted = rows.annotate(n_items=how_many(items), n_answered=how_many(items.filter(report__isnull=False)))
    return counted.with_holder().select_related("unit", "within", "holder_unit", "progresscall__round")


def _brief_of_call(case: Case, actor: Actor) -> dict[str, Any]:
    """What a call asks about, and what was answered."""
    items = case.content.items.select_related("rectification", "report").order_by("pk")
    return {"items": list(items), "round": case.content.round}


PROGRESS_KIND = KindSpec(
    name=PROGRESS_CALL,
    label="进展调度",
    table=Table(progress.CALL_CIRCUIT),
    words=lambda case: "",  # its title says all
    listing=Listing(
        "progresscalls",
        "progress/",
        "进展调度",
        CALLS,
        Empty("还没有进展调度", "督察科按月或者按需发起，各单位在一页上逐件填报整改进展。"),
        order_in_bar=32,
        order=("-is_open", "-opened_on", "unit__place", "pk"),
        rows=lambda actor: Case.objects.visible_to(actor).filter(kind=PROGRESS_CALL),
        shows=_with_counts,
        filterset=CallFilter,
        under=RECTIFICATION,
        search_label="调度、单位",
        export_name="进展调度答复情况",
        counts_states=True,
    ),
    page=CasePage(
        joins=("progresscall__round",),
        template="rectification/progress_call.html",
        own_pages={"answer": "progress-answer"},
        mends={progress.every_item_is_answered: lambda case, actor: (
            "逐件填报进展", reverse("progress-answer", args=[case.pk]))},
        briefs={"call": "rectification/briefs/call.html"},
        briefing=_brief_of_call,
        reads=lambda case, actor, context: _brief_of_call(case, actor) | {"shows_round": actor.is_office},
    ),
    beginning=Beginning(
        "发起进展调度",
        lambda actor: actor.role == Role.OFFICE_STAFF,
        url_name="progress-round-new",
    ),
    admin=AdminList(days="due_on", beside=((CallItem, ("rectification", "report")),)),
)  # fmt: skip
NEED_KIND = KindSpec(
    name=SUPPORT_NEED,
    label="支持事项",
    table=Table(progress.NEED_CIRCUIT),
    number="{rectification}-Z{n:02}",
    words=lambda case: str(case.content.need),
    inputs=(progress.ANSWER,),
    listing=Listing(
        "supportneeds",
        "support/",
        "支持事项",
        NEEDS,
        Empty("还没有支持事项", "单位报进展时写了需要的支持，列在这里，由督察科协调并答复。"),
        order_in_bar=33,
        order=("-is_open", "-opened_on", "-pk"),
        joins=("supportneed",),
        filterset=NeedFilter,
        under=RECTIFICATION,
        search_label="事项、编号、单位",
        export_name="支持事项清单",
    ),
    page=CasePage(
        joins=("supportneed__rectification",),
        briefs={"need": "rectification/briefs/need.html"},
        briefing=lambda case, actor: {"need": case.content},
        sections=(
            Section(
                "整改",
                lambda case: str(case.content.rectification),
                lambda case: case.content.rectification.get_absolute_url(),
            ),
            Section("需要的支持", lambda case: str(case.content.need)),
            Section("答复", lambda case: str(case.content.answer)),
        ),
    ),
    admin=AdminList(),
)
KINDS = (FEEDBACK_KIND, RECTIFICATION_KIND, LOOK_BACK_KIND, PROGRESS_KIND, NEED_KIND)
