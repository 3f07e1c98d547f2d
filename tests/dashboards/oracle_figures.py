"""What each figure must show: its lines in order, each number as the very rows it stands for.

Definitions as in oracle.py; nothing of the product.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from rectification.models import Rectification
from tests.dashboards.oracle import (
    APART,
    BANDS,
    CLOSED,
    DUTIES,
    GONE,
    HELD,
    ONE,
    RELAPSED,
    SAID_DONE,
    TICKING,
    VERDICTS,
    Ask,
    Card,
    Expected,
    Line,
    Share,
    Trail,
    pks,
    soon_after,
)

MONTHS = 12


def is_base(card: Card) -> bool:
    """应整改: 反馈问题总数 less 长期坚持, 中止 and what was taken back (撤销、改派)."""
    return card.standing not in (APART, GONE)


def is_closed(card: Card) -> bool:
    return card.standing == CLOSED


def closure(cards: Iterable[Card]) -> Share:
    cards = list(cards)
    return Share(pks(cards, is_closed), pks(cards, is_base))


def completion(cards: Iterable[Card]) -> Share:
    """(已自验及以后状态 + 已销号) of the same."""
    cards = list(cards)
    return Share(pks(cards, lambda c: c.standing in (SAID_DONE, CLOSED)), pks(cards, is_base))


def overdue(cards: Iterable[Card], on: date) -> list[int]:
    return pks(cards, lambda c: c.late(on) > 0)


def closure_rate(trail: Trail, ask: Ask) -> Expected:
    cards = list(trail.cards(ask))
    lines = [
        ("反馈", pks(cards)),
        ("其中反弹后第二轮及以后", pks(cards, lambda c: trail.round_of(c.pk) > 1)),
        ("长期坚持", pks(cards, lambda c: c.state == "long_term")),
        ("中止", pks(cards, lambda c: c.state == "suspended")),
        ("撤销、改派", pks(cards, lambda c: c.standing == GONE)),
        ("应整改", pks(cards, is_base)),
        ("已销号", pks(cards, is_closed)),
        ("未销号", pks(cards, lambda c: c.standing in TICKING)),
        ("销号率", closure(cards)),
    ]
    return Expected([Line(label, {"个": value}) for label, value in lines])


def completion_rate(trail: Trail, ask: Ask) -> Expected:
    cards = list(trail.cards(ask))
    lines = [
        ("应整改", pks(cards, is_base)),
        ("已完成（含已销号）", completion(cards).n),
        ("单位已报完成、尚未销号", pks(cards, lambda c: c.standing == SAID_DONE)),
        ("已销号", pks(cards, is_closed)),
        ("完成率", completion(cards)),
    ]
    return Expected([Line(label, {"个": value}) for label, value in lines])


def on_time_rate(trail: Trail, ask: Ask) -> Expected:
    """在当时有效时限内销号/(已销号 + 整改逾期未销号), once by each clock."""
    cards = list(trail.cards(ask))

    def line(label: str, due: Any) -> Line:
        late = pks(cards, lambda c: c.late(ask.on, due(c)) > 0)
        in_time = pks(cards, lambda c: is_closed(c) and c.shut is not None and c.shut <= due(c))
        closed = pks(cards, is_closed)
        return Line(label, {"按期率": Share(in_time, sorted(closed + late)), "已销号": closed, "整改逾期未销号": late})

    return Expected([line("按批准时限", lambda c: c.due), line("按原时限", lambda c: c.original)])


def overdue_by_age(trail: Trail, ask: Ask) -> Expected:
    cards = list(trail.cards(ask))
    lines = [
        Line(label, {"个": pks(cards, lambda c: first <= c.late(ask.on) <= (last or 99_999)), "按规定应当": duty})  # noqa: B023
        for (first, last, label), duty in zip(BANDS, DUTIES, strict=True)
    ]
    return Expected(lines, {"个": overdue(cards, ask.on), "按规定应当": ""})


def due_in_15_days(trail: Trail, ask: Ask) -> Expected:
    cards, last = list(trail.cards(ask)), soon_after(ask.on)
    soon = pks(cards, lambda c: c.standing in TICKING and ask.on <= c.due <= last)
    open_ones = pks(cards, lambda c: c.standing in TICKING)
    return Expected([Line("15 个工作日内到期", {"个": soon}), Line("未销号", {"个": open_ones})])


def look_back(trail: Trail, ask: Ask) -> Expected:
    found = trail.look_backs(ask)

    def of(*verdicts: str) -> list[int]:
        return sorted(pk for pk, verdict in found if verdict in verdicts)

    words = VERDICTS.values()
    lines = [(verdict, of(verdict)) for verdict in words]
    whole = [("抽查", of(*words)), ("巩固率", Share(of(*HELD), of(*words)))]
    whole += [("反弹率", Share(of(*RELAPSED), of(*words)))]
    return Expected([Line(label, {"次": value}) for label, value in [*lines, *whole]])


def month_ends(on: date) -> list[date]:
    """Return the last day of each of the twelve months up to the day's, and the day itself for its own."""
    ends = [on]
    for _ in range(MONTHS - 1):
        ends.append(ends[-1].replace(day=1) - ONE)
    return ends[::-1]


def this_year(cards: Iterable[Card], end: date) -> Share:
    """当年销号的 ÷ (年初未销号的 + 当年反馈的): what was closed before the year is in neither."""
    left = [c for c in cards if not (is_closed(c) and c.shut is not None and c.shut.year < end.year)]
    return closure(left)


def trend(trail: Trail, ask: Ask) -> Expected:
    now, lines = list(trail.cards(ask)), []
    for end in month_ends(ask.on):
        first = end.replace(day=1)
        cells = {
            "反馈": pks(now, lambda c: first <= c.opened <= end),  # noqa: B023
            "销号": pks(now, lambda c: is_closed(c) and first <= c.shut <= end),  # type: ignore[operator]  # noqa: B023
            "当年累计销号率": this_year(trail.cards(ask, end), end) if end.year == ask.on.year else Share([], []),
        }
        lines.append(Line(f"{end.month} 月", cells, full=f"{end.year} 年 {end.month} 月"))
    return Expected(lines)


def drawn(expected: Expected, *columns: str) -> dict[str, list[Any]]:
    """Return the data of a drawing: the very numbers of the table, a share as the percent that is written."""

    def number(value: Any) -> Any:
        if isinstance(value, Share):
            return round(100 * len(value.n) / len(value.of), 1) if value.of else None
        return len(value) if isinstance(value, list) else value if value is None else round(value, 1)

    lines = {column: [number(line.cells[column]) for line in expected.lines] for column in columns}
    return {"x": [line.label for line in expected.lines]} | lines


# figure -> the columns that are drawn by a script
DRAWN = {
    "trend": ("反馈", "销号", "当年累计销号率"), "days_by_severity": ("平均（日）",), "by_cause": ("反馈",),
    "by_article": ("被引用",),
}  # fmt: skip


def chart(trail: Trail, name: str, ask: Ask) -> dict[str, Any]:
    return drawn(FIGURES[name](trail, ask), *DRAWN[name]) if name in DRAWN else {}


def league(cards: list[Card], ask: Ask, *, with_month: bool = False) -> dict[str, Any]:
    """The columns of the tables by unit, topic and campaign."""
    month = ask.on.replace(day=1)
    now = pks(cards, lambda c: is_closed(c) and c.shut is not None and c.shut >= month)
    return {
        "销号率": closure(cards),
        "整改逾期": overdue(cards, ask.on),
        "长期坚持": pks(cards, lambda c: c.state == "long_term"),
        "中止": pks(cards, lambda c: c.state == "suspended"),
        "撤销、改派": pks(cards, lambda c: c.standing == GONE),
        "反馈": pks(cards),
        **({"本月销号": now} if with_month else {}),
    }


def by_unit(trail: Trail, ask: Ask) -> Expected:
    cards, groups, units = list(trail.cards(ask)), defaultdict(list), trail.units
    for card in cards:
        groups[units.root(card.unit)].append(card)
    order = units.in_order(groups)
    order = [pk for pk in order if units.is_county(pk)] + [pk for pk in order if not units.is_county(pk)]
    lines = [Line(units.name(pk), league(groups[pk], ask, with_month=True)) for pk in order]
    return Expected(lines, league(cards, ask, with_month=True))


def by_topic(trail: Trail, ask: Ask) -> Expected:
    cards, groups = list(trail.cards(ask)), defaultdict(list)
    for card in cards:
        groups[card.topic].append(card)
    order: list[int | None] = sorted((pk for pk in groups if pk), key=lambda pk: trail.topics[pk]["code"])
    order += [None] if None in groups else []
    lines = [Line(trail.topics[pk]["name"] if pk else "未分类", league(groups[pk], ask)) for pk in order]
    return Expected(lines, league(cards, ask))


def by_cause(trail: Trail, ask: Ask) -> Expected:
    """按问题根源: what stands in the plan, in the order of the codes; without a plan at the end."""
    cards, groups = list(trail.cards(ask)), defaultdict(list)
    written = Rectification.objects.filter(cause__isnull=False).order_by("pk")
    causes = {pk: (code, name) for pk, code, name in written.values_list("pk", "cause__code", "cause__name")}
    for card in cards:
        groups[causes.get(card.pk, ("没有", "还没有写"))].append(card)

    def cells(some: list[Card]) -> dict[str, Any]:
        return {"反馈": pks(some), "已销号": pks(some, is_closed), "销号率": closure(some)}

    return Expected([Line(name, cells(groups[code, name])) for code, name in sorted(groups)], cells(cards))


def by_campaign(trail: Trail, ask: Ask) -> Expected:
    cards, groups = list(trail.cards(ask)), defaultdict(list)
    for card in cards:
        groups[card.within].append(card)
    order = sorted((pk for pk in groups if pk), reverse=True)
    lines = [Line(trail.campaigns[pk]["title"], league(groups[pk], ask)) for pk in order]
    return Expected(lines, league(cards, ask))


def clues_done(trail: Trail, ask: Ask) -> Expected:
    groups = defaultdict(list)
    found = trail.clues_on(ask)
    for pk, campaign, is_done in found:
        groups[campaign].append((pk, is_done))

    def share(rows: Iterable[tuple[int, bool]]) -> Share:
        rows = list(rows)
        return Share(sorted(pk for pk, is_done in rows if is_done), sorted(pk for pk, _ in rows))

    lines = [Line(trail.campaigns[pk]["title"], {"办结率": share(groups[pk])}) for pk in sorted(groups, reverse=True)]
    return Expected(lines, {"办结率": share((pk, is_done) for pk, _, is_done in found)})


def used(cards: Iterable[Card]) -> list[int]:
    """Calendar days from 反馈 to 销号 of what is closed, in order."""
    return sorted((c.shut - c.opened).days for c in cards if is_closed(c) and c.shut is not None)


def middle(days: list[int]) -> float | None:
    n = len(days)
    return (days[(n - 1) // 2] + days[n // 2]) / 2 if n else None


def days_to_closure(trail: Trail, ask: Ask) -> Expected:
    cards = list(trail.cards(ask))
    days = used(cards)
    values = [
        ("中位数", middle(days)),
        ("平均", sum(days) / len(days) if days else None),
        ("最短", min(days, default=None)),
        ("最长", max(days, default=None)),
    ]
    return Expected([Line(label, {"日": value}) for label, value in values], {"日": pks(cards, is_closed)})


def days_by_severity(trail: Trail, ask: Ask) -> Expected:
    """按严重程度的平均办理天数 (docs/domain/dictionaries.md 9.5: 一般 / 较重 / 严重)."""
    cards = list(trail.cards(ask))

    def cells(some: list[Card]) -> dict[str, Any]:
        days = used(some)
        closed = pks(some, is_closed)
        return {"平均（日）": sum(days) / len(days) if days else None, "已销号": closed}

    words = {1: "一般", 2: "较重", 3: "严重"}
    groups = {key: [c for c in cards if c.severity == key] for key in words}
    return Expected([Line(words[key], cells(some)) for key, some in groups.items() if some], cells(cards))


RULES = (
    "同一文件", "近似图片", "形成早于问题发现", "形成晚于上传", "拍摄日期不符", "文字雷同", "临到时限集中报送",
    "只有会议材料", "材料属其他单位",
)  # fmt: skip


def paper_warnings(trail: Trail, ask: Ask) -> Expected:
    """None: no history here has evidence looked through (tests/rectification/test_paper_figure.py has some)."""
    nothing: dict[str, Any] = {"提示": [], "已认定": [], "采信率": Share([], [])}
    return Expected([Line(rule, nothing) for rule in RULES])


def by_article(trail: Trail, ask: Ask) -> Expected:
    """None: no history here cites the library of laws (tests/dashboards/test_by_article.py has some)."""
    return Expected([], {"被引用": []})


FIGURES = {
    figure.__name__: figure
    for figure in (
        by_article, by_campaign, by_cause, by_topic, by_unit, closure_rate, clues_done, completion_rate,
        days_by_severity, days_to_closure, due_in_15_days, look_back, on_time_rate, overdue_by_age,
        paper_warnings, trend,
    )
}  # fmt: skip

OFFICE_ONLY = {"by_article", "paper_warnings"}


def figures_of(ask: Ask) -> list[str]:
    """Return the figures that this reader has."""
    return [name for name in FIGURES if name not in OFFICE_ONLY or ask.role.startswith("office")]


def longest(trail: Trail, ask: Ask, most: int = 5) -> list[tuple[int, int]]:
    """The cards longest overdue, with their days."""
    late = sorted((c.due, c.pk) for c in trail.cards(ask) if c.late(ask.on))[:most]
    return [(pk, (ask.on - due).days) for due, pk in late]


def last_month_end(on: date) -> date:
    return on.replace(day=1) - timedelta(1)
