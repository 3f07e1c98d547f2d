"""The columns of 《问题整改台账》 (docs/domain/process.md 2.2), the ledger of rectifications, and our own beside them.

Below them stand those of the look-backs. One line a column: the page, the sheet, the blank template and the admin read
it. `rank` is the place on the page, where what matters every day stands first; the sheet keeps the order of the
regulation. Left out, because the system does not
know them yet: 销号文号 (letters come later), 是否移交线索 (a clue does not say which finding it came from).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.columns import CLOSED, DUE, HELD, HOLDER, OPENED, SEVERITY, STATE, TOPIC, UNIT, WITHIN, titled
from casework.enums import Severity
from casework.models import Case
from casework.pages import list_cells
from inspections.enums import RectifyType, Source
from rectification import facts
from rectification.enums import NO_CLOCK, TERMINAL, State
from ui.columns import Column, Edit
from ui.sheets import Layout, number, optional, parse_day

KEPT_UP = "并长期坚持"
HARD = Edit(required=True)


def _deadline(case: Case) -> date | str | None:
    """A date; with 长期坚持 a date and the words."""
    found = facts.deadline(case)
    return f"{found.approved:%Y-%m-%d} {KEPT_UP}" if found.is_long_term and found.approved else found.approved


def _parse_deadline(text: str) -> date | str:
    """Read a day, or a day that is kept up for good."""
    day = parse_day(text.removesuffix(KEPT_UP).strip())
    return f"{day:%Y-%m-%d} {KEPT_UP}" if text.endswith(KEPT_UP) else day


def _measures(case: Case) -> str:
    return "\n".join(f"{m.n}. {m.content}" for m in facts.measures(case))


def _results(case: Case) -> str:
    return "\n".join(f"{m.n}. {m.result}" for m in facts.measures(case) if m.result)


def _progress(case: Case) -> str:
    report = facts.latest_progress(case)
    return report.text if report else ""


def _percent(case: Case) -> int | None:
    report = facts.latest_progress(case)
    return report.percent if report else None


def _looked_back(case: Case) -> str:
    verdict = facts.looked_back(case)
    return str(verdict.label) if verdict else "未抽查"


def _text(name: str, label: str, get: Any, **more: Any) -> Column:
    """A column of the sheet alone: the page has no room for it."""
    return Column(name, label, get, screen=False, **more)


TITLE, NUMBER, _ = titled("编号与问题", "问题")
COLUMNS = (
    TITLE,
    _text("serial", "序号", lambda case: case.serial, width=6, kind="number"),
    NUMBER.renamed("问题编号", edit=HARD, help="如 QYFD-2026-ZX02-0017"),
    WITHIN.renamed("督察批次", rank=9, edit=HARD, help="填批次名称"),
    _text("source", "问题来源", lambda case: facts.finding(case).get_source_display(),
          edit=Edit(True, tuple(Source.labels))),
    Column("topic", "问题类别", lambda case: str(case.topic or ""), sort=("topic__code",), rank=7, wide=True, long=True,
           width=24, edit=HARD, help="填类别的代码或名称"),
    SEVERITY.renamed("问题性质", rank=8, edit=Edit(True, tuple(Severity.labels))),
    _text("scope", "共性/个性", lambda case: "共性" if facts.finding(case).is_common else "个性",
          edit=Edit(choices=("共性", "个性"))),
    Column("statement", "问题表述", facts.statement, width=60, wide=True, long=True, rank=7,
           edit=HARD, help="原文照录，反馈后不再改动"),
    _text("basis", "定性依据", lambda case: "；".join(facts.basis(case)), width=40,
          edit=HARD, help="文件名称和条款，多个用分号隔开"),
    UNIT.renamed("被督察单位", rank=1, edit=HARD, help="填单位简称或全称"),
    _text("lead_unit", "牵头单位", facts.lead, edit=HARD, help="一个问题只有一个牵头单位"),
    _text("assist_units", "配合单位", facts.assisting, width=24, edit=Edit(), help="多个用顿号隔开"),
    _text("supervisor", "行业主管部门", facts.supervisor, edit=Edit()),
    _text("leader_title", "责任领导", lambda case: facts.content(case).leader_title,
          edit=HARD, help="填职务，可以不填姓名"),
    _text("owner", "责任人", lambda case: facts.content(case).owner, edit=HARD),
    _text("rectify_type", "整改类型", lambda case: facts.finding(case).get_rectify_type_display(),
          edit=Edit(True, tuple(RectifyType.labels))),
    _text("goal", "整改目标", lambda case: facts.content(case).goal, width=40,
          edit=HARD, help="写成可以量化、可以核实的"),
    _text("measures", "整改措施", _measures, width=50, edit=HARD, help="一条一行"),
    Column("deadline", "整改时限", _deadline, sort=("due_on",), rank=3, inline=True, width=22, kind="date",
           parse=_parse_deadline, edit=HARD, help="如 2026-12-31；长期坚持的在日期后写“并长期坚持”"),
    _text("progress_text", "进展情况", _progress, width=40, edit=Edit(), help="最近一次的进展"),
    _text("percent", "进度", _percent, width=8, kind="number", parse=optional(number), edit=Edit(), help="0 至 100"),
    _text("result", "完成情况", _results, width=40, edit=Edit()),
    _text("evidences", "佐证材料", facts.n_evidence, width=10, kind="number"),
    _text("institution", "建章立制", lambda case: facts.content(case).institution, width=24,
          edit=Edit(), help="制度名称和文号"),
    STATE.renamed("整改状态", rank=2),
    _text("light", "预警", lambda case: str(facts.warning(case)), width=24),
    _text("self_checked_on", "自验日期", facts.self_checked_on, kind="date"),
    _text("endorsed_on", "审核日期", facts.endorsed_on, kind="date"),
    _text("publicity", "公示起止", lambda case: str(facts.publicity(case) or ""), width=26),
    _text("closed_on", "销号日期", facts.closed_on, kind="date"),
    _text("closure_number", "销号文号", lambda case: facts.content(case).closure_number, width=24),
    _text("extension", "延期情况", lambda case: str(facts.extension(case) or ""), width=40),
    _text("looked_back", "回头看结论", _looked_back),
    _text("remark", "备注", facts.remark, width=40),
    Column("cause", "问题根源", lambda case: str(facts.content(case).cause or ""), screen=False),
    # the system's own
    Column("pace", "进度与序时", lambda case: str(facts.pace(case) or ""), rank=6, wide=True, width=26),
    Column("left", "剩余", lambda case: facts.remaining(case).words,
           cell=lambda case, actor: list_cells.remaining(facts.remaining(case)),
           rank=4, inline=True, differs="页面另标“暂定”"),
    HOLDER.renamed("在谁手上，多久", rank=5),
    HELD,
    Column("done", "措施完成", lambda case: f"{case.n_done}/{case.n_measures}", kind="number",
           rank=6, wide=True),
    _text("step_due", "本步期限", lambda case: case.step_due_on, kind="date"),
    _text("step_late", "本步逾期（日）", lambda case: facts.days_late(case.step_due_on), kind="number"),
    _text("late", "整改逾期（日）", lambda case: facts.days_late(case.due_on) if facts.has_clock(case) else None,
          kind="number"),
    _text("part", "牵头或配合", lambda case: "牵头" if case.is_lead else "配合"),
    _text("original", "原时限", lambda case: case.original_due_on, kind="date"),
    _text("extensions", "延期次数", lambda case: facts.content(case).extensions, kind="number"),
    _text("opened", "反馈日期", lambda case: case.opened_on, kind="date"),
    _text("round", "轮次", lambda case: facts.content(case).round, kind="number"),
)  # fmt: skip

VERDICT = Column("verdict", "结论", lambda case: case.lookback.get_verdict_display(), sort=("lookback__verdict",))
FOUND = Column("found", "核查情况", lambda case: case.lookback.found, wide=True, long=True, width=40)
JUDGED = CLOSED.renamed("核查日期")
LOOK_BACKS = (
    *titled("编号与回头看", "回头看"),
    UNIT,
    STATE,
    VERDICT,
    DUE.renamed("计划日期"),
    JUDGED,
    HOLDER,
    HELD,
    SEVERITY,
    TOPIC,
    WITHIN.through("lookback.rectification"),
    FOUND,
    OPENED.renamed("列入日期", wide=True),
)

FEEDBACKS = (
    *titled("编号与反馈", "反馈"),
    UNIT.renamed("被督察单位"),
    STATE,
    Column("findings", "问题", lambda case: case.n_findings, kind="number", sort=("n_findings",)),
    OPENED.renamed("反馈日期"),
    DUE.renamed("签收期限"),
    CLOSED.renamed("签收日期"),
    HOLDER,
    HELD,
    WITHIN,
)
ITEMS = Column("items", "件数", lambda case: case.n_items, kind="number")
CALLS = (
    *titled("调度", "调度"),
    UNIT,
    STATE,
    ITEMS,
    Column("answered", "已报件数", lambda case: case.n_answered, kind="number"),
    DUE.renamed("答复期限"),
    CLOSED.renamed("答复日期"),
    HOLDER,
    HELD,
    WITHIN,
    OPENED.renamed("发起日期", wide=True),
)
NEEDS = (
    *titled("编号与支持事项", "支持事项"),
    UNIT.renamed("提出单位"),
    STATE,
    HOLDER,
    HELD,
    Column("need", "需要的支持", lambda case: case.supportneed.need, wide=True, long=True, width=40),
    Column("answer", "答复", lambda case: case.supportneed.answer, wide=True, long=True, width=40),
    OPENED.renamed("提出日期"),
    CLOSED.renamed("答复日期", wide=True),
)

PROGRAMMES = (
    *titled("编号与方案", "方案"),
    STATE,
    Column("aspects", "方面", lambda case: case.n_aspects, kind="number"),
    Column("demands", "措施", lambda case: case.n_demands, kind="number"),
    Column("asked", "印发单位", lambda case: case.n_asked, kind="number"),
    Column("answered", "已认领核定", lambda case: case.n_accepted, kind="number"),
    Column("claim_by", "认领期限", lambda case: case.programme.claim_by, kind="date", sort=("programme__claim_by",)),
    HOLDER,
    HELD,
    WITHIN,
    OPENED.renamed("起草日期", wide=True),
)
ASPECTS = (
    *titled("编号与方面", "方面"),
    STATE,
    Column("claiming", "整改件数", lambda case: case.n_cards, kind="number"),
    Column("closed_cards", "已销号", lambda case: case.n_closed, kind="number"),
    DUE.renamed("整改时限"),
    HOLDER,
    HELD,
    CLOSED.renamed("认定日期"),
    SEVERITY,
    TOPIC,
    WITHIN,
)
UNIT_CLAIMS = (
    *titled("对标认领", "方案", sort=("title",)),
    UNIT,
    STATE,
    Column("claimed", "认领方面", lambda case: case.n_claimed, kind="number"),
    DUE.renamed("认领期限"),
    CLOSED.renamed("核定日期"),
    HOLDER,
    HELD,
    WITHIN,
    Column("why", "不认领的理由", lambda case: case.unitclaim.why, wide=True, long=True, width=40),
    OPENED.renamed("印发日期", wide=True),
)

MOST_PRINTED = 160  # characters of a statement on paper; the whole of it stands in the system


def _in_short(case: Case) -> str:
    text = facts.statement(case) or case.title
    return text if len(text) <= MOST_PRINTED else f"{text[:MOST_PRINTED]}…"


def _is_late(case: Case) -> bool:
    return facts.remaining(case).tone == "late"


PRINTED = Layout(
    columns=(
        NUMBER.renamed("问题编号", width=17),
        UNIT.renamed("责任单位", width=12),
        Column("statement", "问题", _in_short, width=46),
        SEVERITY.renamed("性质", width=6),
        Column("leader_title", "责任领导", lambda case: facts.content(case).leader_title, width=12),
        Column("deadline", "整改时限", _deadline, width=12),
        STATE.renamed("状态", width=11),
        Column("left", "剩余", lambda case: facts.remaining(case).words, width=13),
        HOLDER.renamed("在谁手上", width=16),
    ),
    order=("unit__place", "due_on", "pk"),
    group=lambda case: str(case.unit),
    late=_is_late,
    late_in="left",
    definition="整改逾期按批准的整改时限、自然日计；长期坚持、中止的不计时，不算整改逾期；"
    "一个问题有几个责任单位的，各单位各计一件。",
    late_word="整改逾期",
)


def reconciled(counts: Mapping[tuple[Any, ...], int]) -> str:
    """Say how the open cases of the list, by (state, is it the lead's), become the board's 未销号.

    What has no clock stands apart, and a finding with several units counts once (docs/domain/results.md 11).
    """
    still = {key: n for key, n in counts.items() if key[0] not in TERMINAL}
    apart = Counter({State(state).label: 0 for state in State if state in NO_CLOCK})
    for (state, is_lead), n in still.items():
        if state in NO_CLOCK:
            apart[State(state).label] += n
        elif not is_lead:
            apart["配合单位的"] += n
    told = "、".join(f"{label} {n} 件" for label, n in apart.items() if n)
    left = sum(still.values()) - apart.total()
    return f"没有办结的 {sum(still.values())} 件；按看板的口径未销号 {left} 个，{told}另列。" if told else ""
