"""Every step that decides lays before whoever decides what he decides on, on its form and on paper.

Which steps decide is read from docs/rights.csv, the sheet that the office signs: all but those by which somebody hands
in his own work. What must be seen of which is written here by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.models import Case
from casework.workflow import engine
from clues.services import register_clue
from inspections.enums import CampaignState, FindingState
from inspections.models import Citation
from inspections.services import draft_plan
from inspections.services.plans import ItemDraft
from organizations.actor import Actor
from organizations.enums import Role
from rectification.enums import State
from rectification.models import EvidenceVerdict
from rectification.workflow.effects import latest_due
from tests.factories import (
    BasisFactory,
    UnitFactory,
    a_call,
    a_campaign,
    a_finding,
    a_look_back,
    a_need,
    a_post,
    a_rectification,
    acting,
    an_actor,
    attach,
    prepare,
)
from tests.house.sources import ROOT
from tests.inspections.test_routine import logged
from tests.programmes import a_programme, accepted, claim_of, claimed, issued, walked
from tests.rectification.test_every_step import ROWS, at, starts, take
from tests.words import spoken

pytestmark = pytest.mark.django_db
HANDED_IN = {  # one's own work, sent on
    "年度计划": {"submit"},
    "督察批次": {"submit", "begin_feedback"},
    "问题": {"submit", "submit_to_office"},
    "整改": {
        "sign", "claim", "claim_part", "decline", "dispute", "send_plan_for_signature", "report_progress",
        "ask_extension", "send_closure_for_signature",
    },
    "线索": {"report"},
    "回头看": set(),
    "督察反馈": {"sign"},
    "进展调度": {"answer"},
    "支持事项": set(),
    "整改工作方案": {"submit"},
    "市级整改方面": set(),
    "对标认领": {"answer"},
}  # fmt: skip
SHEET = list(csv.DictReader((ROOT / "docs" / "rights.csv").open(encoding="utf-8-sig")))
BY_SOMEBODY = [row for row in SHEET if row["谁可以办"] != "系统自动"]
DECIDING = sorted({(row["件类"], row["代码"]) for row in BY_SOMEBODY if row["代码"] not in HANDED_IN[row["件类"]]})
S, D, L, H = Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.UNIT_LIAISON, Role.UNIT_HEAD
TODAY = timezone.localdate


class Decision(NamedTuple):
    """A card before the step, who decides, and what he must see."""

    case: Case
    actor: Actor
    sees: list[str]


@pytest.fixture(scope="module")
def _starts(made_once: Any) -> Iterator[None]:
    yield from starts(made_once)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# ---------- 年度计划、督察批次、问题、线索、回头看 ----------


def a_plan(*steps: tuple[str, Role]) -> Decision:
    item = ItemDraft(kind="ZX", title="行政执法专项", from_on=TODAY(), to_on=TODAY() + timedelta(30))
    case = draft_plan(an_actor(S), TODAY().year, "控制督察总量", items=[item]).case
    for name, role in steps:
        engine.perform(case, name, an_actor(role))
    return Decision(again(case), an_actor(D), ["控制督察总量", "行政执法专项", f"{TODAY():%Y-%m-%d}"])


def a_scheme(state: CampaignState) -> Decision:
    campaign = a_campaign(state)
    unit, leader = campaign.units.get().unit, campaign.teams.get().members.get(duty="leader").post.user
    return Decision(campaign.case, an_actor(D), [str(unit), str(leader), f"{campaign.from_on:%Y-%m-%d}"])


def a_paper(state: FindingState, who: Callable[[Any], Actor]) -> Decision:
    finding = a_finding(state)
    sees = [finding.statement, str(finding.citations.get()), "佐证.pdf", f"{finding.rectify_by:%Y-%m-%d}"]
    return Decision(finding.case, who(finding), sees)


def a_paper_of_the_office() -> Decision:
    case = logged(UnitFactory())
    Citation.objects.create(finding=case.content, basis=BasisFactory(), article="第五十八条")
    author = acting(case.events.get(seq=1).post)
    attach(case, author)
    engine.perform(case, "submit_to_office", author)
    return Decision(again(case), an_actor(S), [case.content.statement, "第五十八条", "佐证.pdf"])


def leader(finding: Any) -> Actor:
    return acting(finding.team.members.get(duty="leader").post)


def a_clue(*steps: tuple[str, Role, dict[str, Any]], by: Role) -> Decision:
    campaign = a_campaign()
    unit = campaign.units.get().unit
    people = {role: a_post(role, unit if role == L else None) for role in (S, D, L)}
    checks = an_actor(S)
    case: Case = register_clue(
        acting(people[S]),
        campaign=campaign,
        unit=unit,
        title="占道施工",
        content="三次路过均未设警示",
        source="hotline",
    ).case
    for name, role, given in steps:
        if name == "report":
            attach(case, acting(people[L]))
        engine.perform(again(case), name, acting(people[role]) if name != "verify" else checks, **given)
    handled = ["已设警示牌并教育", "佐证.pdf"] if any(name == "report" for name, _, _ in steps) else []
    return Decision(again(case), an_actor(by), ["三次路过均未设警示", *handled])


HANDED = (("transfer", S, {}), ("report", L, {"handling": "已设警示牌并教育"}))
VERIFIED = (*HANDED, ("verify", S, {"opinion": "属实"}))


def a_recheck() -> Decision:
    closed = a_rectification(State.CLOSED)
    sees = [closed.content.goal, *(m.content for m in closed.measures.all()), "佐证.pdf", "佐证齐全"]
    return Decision(a_look_back(closed), an_actor(S), sees)


def an_issue() -> Decision:
    case = a_rectification(State.SIGN)
    finding = case.content.finding
    return Decision(case.content.feedback, an_actor(S), [finding.statement, case.title, f"{case.due_on:%Y-%m-%d}"])


def a_round() -> Decision:
    case = a_rectification(State.REMEDYING)
    return Decision(a_call(case), an_actor(S), [str(case.number), case.title])


def a_wish(role: Role) -> Decision:
    case = a_rectification(State.REMEDYING)
    need = a_need(case)
    return Decision(need, acting(a_post(role, case.unit if role == L else None)), ["请协调落实经费", str(case.number)])


def a_whole(state: str) -> Decision:
    """A programme: its problems, required measures and units."""
    unit = UnitFactory()
    programme = a_programme([unit])
    if state == "issued":
        issued(programme)
    elif state == "approval":
        engine.perform(programme.case, "submit", an_actor(S))
    sees = ["第 2 类突出问题", "第 2 类问题在全市不同程度存在", "每季度评查一次案卷", unit.short_name]
    return Decision(again(programme.case), an_actor(D), [*sees, f"{programme.claim_by:%Y-%m-%d}"])


def an_answer(state: str) -> Decision:
    unit = UnitFactory()
    programme = issued(a_programme([unit]))
    if state == "answered":
        claimed(programme, unit, {1: [2]}, "没有执法职责")
    sees = ["没有执法职责", "认领 1/2 个方面"] if state == "answered" else ["还没有认领"]
    return Decision(claim_of(programme, unit), an_actor(S), ["第 1 类突出问题", "制定制度并印发", *sees])


def an_answer_that_never_came() -> Decision:
    asked = an_answer("asked")
    Case.objects.filter(pk=asked.case.pk).update(due_on=timezone.localdate() - timedelta(1))
    return Decision(again(asked.case), an_actor(D), asked.sees)


def a_citywide_problem(*, is_remedied: bool) -> Decision:
    unit = UnitFactory()
    (case,) = accepted(issued(a_programme([unit])), unit, {1: [1]})
    sees = [unit.name, walked(case).number or "—", "已销号"] if is_remedied else ["还没有核定的认领"]
    card = Case.objects.get(aspect__n=1 if is_remedied else 2)
    return Decision(card, an_actor(D), ["在全市不同程度存在", "《行政处罚法》第五十八条", *sees])


OTHERS: dict[tuple[str, str], Callable[[], Decision]] = {
    ("年度计划", "approve"): lambda: a_plan(("submit", S)),
    ("年度计划", "return"): lambda: a_plan(("submit", S)),
    ("年度计划", "reopen"): lambda: a_plan(("submit", S), ("approve", D)),
    ("年度计划", "end"): lambda: a_plan(("submit", S), ("approve", D)),
    ("督察批次", "approve"): lambda: a_scheme(CampaignState.APPROVAL),
    ("督察批次", "return"): lambda: a_scheme(CampaignState.APPROVAL),
    ("督察批次", "resume_fieldwork"): lambda: a_scheme(CampaignState.FEEDBACK),
    ("督察批次", "end"): lambda: a_scheme(CampaignState.FEEDBACK),
    ("督察批次", "cancel"): lambda: a_scheme(CampaignState.PREPARING),
    ("问题", "discard"): lambda: a_paper(FindingState.DRAFT, leader),
    ("问题", "approve"): lambda: a_paper(FindingState.TEAM_REVIEW, leader),
    ("问题", "return"): lambda: a_paper(FindingState.TEAM_REVIEW, leader),
    ("问题", "confirm"): lambda: a_paper(FindingState.OFFICE_REVIEW, lambda _: an_actor(S)),
    ("问题", "return_to_team"): lambda: a_paper(FindingState.OFFICE_REVIEW, lambda _: an_actor(S)),
    ("问题", "return_to_author"): a_paper_of_the_office,
    ("问题", "drop"): lambda: a_paper(FindingState.CONFIRMED, lambda _: an_actor(D)),
    ("问题", "feed_back"): lambda: a_paper(FindingState.CONFIRMED, lambda _: an_actor(S)),
    ("线索", "transfer"): lambda: a_clue(by=S),
    ("线索", "drop"): lambda: a_clue(by=S),
    ("线索", "verify"): lambda: a_clue(*HANDED, by=S),
    ("线索", "return"): lambda: a_clue(*HANDED, by=S),
    ("线索", "close"): lambda: a_clue(*VERIFIED, by=D),
    ("线索", "return_to_unit"): lambda: a_clue(*VERIFIED, by=D),
    ("督察反馈", "copy"): an_issue,
    **{("回头看", name): a_recheck for name in ("judge", "postpone", "cancel")},
    **{("进展调度", name): a_round for name in ("remind", "cancel")},
    ("支持事项", "answer_need"): lambda: a_wish(S),
    ("支持事项", "drop_need"): lambda: a_wish(L),
    **{("整改工作方案", name): lambda: a_whole("approval") for name in ("issue", "return", "cancel")},
    ("整改工作方案", "end"): lambda: a_whole("issued"),
    **{("对标认领", name): lambda: an_answer("answered") for name in ("accept", "return_claim")},
    ("对标认领", "remind"): lambda: an_answer("asked"),
    ("对标认领", "conclude"): an_answer_that_never_came,
    ("市级整改方面", "close"): lambda: a_citywide_problem(is_remedied=True),
    ("市级整改方面", "drop"): lambda: a_citywide_problem(is_remedied=False),
}


# ---------- 整改 ----------

PLAN, DISPUTE = {"plan", "problem"}, {"dispute", "problem"}
OFF, ON = {"deadline", "measures"}, {"review", "measures"}
EXTENDING, CLOSING = {"deadline", "asked", "measures"}, {"request", "measures", "evidence", "problem"}
OF_A_RECTIFICATION: dict[str, set[str]] = {
    **dict.fromkeys(("dismiss_dispute", "uphold_dispute", "reassign", "refuse_handover"), DISPUTE),
    **dict.fromkeys(("split", "refuse_part"), DISPUTE | {"parts"}),
    **dict.fromkeys(("return_plan_to_liaison", "submit_plan", "approve_plan", "return_plan"), PLAN),
    **dict.fromkeys(
        ("sign_extension", "return_extension_to_liaison", "grant_extension", "refuse_extension"), EXTENDING
    ),
    **dict.fromkeys(("make_long_term", "suspend"), OFF),
    **dict.fromkeys(("end_long_term", "resume"), ON),
    "return_closure_to_liaison": {"measures", "evidence"},
    "request_closure": {"plan", "measures", "evidence"},
    "record_objection": {"publicity"},
    "answer_objection": {"publicity"},
    **dict.fromkeys(("endorse", "return_by_supervisor", "publish", "end_publicity", "uphold_objection"), CLOSING),
    **dict.fromkeys(("verify", "send_back", "close", "refuse_closure"), CLOSING),
}


def seen_of(case: Case, themes: set[str]) -> list[str]:
    row, measures = case.content, list(case.measures.all())
    found = {
        "problem": [row.finding.statement, str(row.finding.citations.get())],
        "plan": [row.goal, row.leader_title, *(f"{m.content} {m.due_on:%Y-%m-%d}" for m in measures), "佐证.pdf"],
        "measures": [m.content for m in measures],
        "evidence": ["佐证.pdf"] if measures else [],
        "dispute": ["请补充培训记录"],
        "parts": ["本单位认领的部分：3 份案卷", "不认领的部分：音像记录", "建议由哪个单位承担：测试单位"],
        "deadline": [f"现时限 {case.due_on:%Y-%m-%d}", f"最晚可延至 {latest_due(case):%Y-%m-%d}"],
        "asked": [f"申请延至 {row.asked_due_on:%Y-%m-%d}" if row.asked_due_on else "—", "请补充培训记录"],
        "review": [f"{row.next_review_on:%Y-%m-%d}" if row.next_review_on else "—", "请补充培训记录"],
        "request": ["签字申请销号", "建立长效机制", "庆市发〔2026〕8 号"],
        "publicity": ["公示异议"],
    }
    return [words for theme in sorted(themes) for words in found[theme]]


def a_rectification_before(name: str) -> Decision:
    start, before, step, _, _ = next(row for row in ROWS if row[2][0] == name)
    case, people = at(start)
    for one in before:
        case = take(case, people, one)
    themes = OF_A_RECTIFICATION[name]
    if name == "submit_plan":
        prepare(case, name, people(L))
    if "plan" in themes and start in {State.PLAN, State.PLAN_REVIEW}:
        attach(case, people(L))  # the plan as it was signed
    if name == "request_closure":
        take(case, people, ("send_closure_for_signature", L, {}))
    if name in {"close", "refuse_closure"}:
        assert EvidenceVerdict.objects.filter(measure__case=case, judge="office").exists()
    return Decision(again(case), people(step[1]), seen_of(again(case), themes))


def decision(kind: str, name: str) -> Decision:
    return a_rectification_before(name) if kind == "整改" else OTHERS[kind, name]()


def test_every_deciding_step_of_the_signed_sheet_is_here() -> None:
    assert {*OTHERS, *(("整改", name) for name in OF_A_RECTIFICATION)} == set(DECIDING)


@pytest.mark.slow
@pytest.mark.usefixtures("_starts")
@pytest.mark.parametrize(("kind", "name"), DECIDING, ids=[f"{kind} {name}" for kind, name in DECIDING])
def test_a_deciding_step_shows_what_it_decides_on(kind: str, name: str, signed_in: Any) -> None:
    case, actor, sees = decision(kind, name)
    browser = signed_in(actor)

    shown = [browser.get(reverse(page, args=[case.pk, name])) for page in ("step", "printed_step")]

    assert [page.status_code for page in shown] == [200, 200]
    for page in shown:
        words = " ".join(spoken(page.content.decode()).split())
        missing = [one for one in sees if not all(word in words for word in one.split())]
        assert sees != []
        assert missing == []
