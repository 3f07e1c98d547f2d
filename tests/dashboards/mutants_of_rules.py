"""Faults planted in the engine, the tables of the circuits, the services and the seals.

With each stand the numbers by hand that it puts wrong.
The names of the product stand in this file and in mutants_of_figures.py alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from django.utils import timezone

from casework import kinds
from casework.workflow import circuits, engine
from dashboards.cube import reading, seals
from dashboards.declared import tables
from dashboards.figures import trend
from organizations.services import units
from rectification.workflow import effects, look_back
from tests.dashboards.mutants_of_figures import UTC_CLOCK, Asking, office
from tests.dashboards.oracle import Share
from tests.dashboards.page_world import PageWorld
from tests.dashboards.planting import Plant, become, name, recode
from tests.dashboards.scene import day

Numbers = dict[tuple[str, str, str], Any]


class Rule(NamedTuple):
    """A fault in words, how it is planted, the cards of the scene that are made under it, and numbers by hand."""

    words: str
    plant: Plant
    cards: tuple[str, ...]
    numbers: Numbers
    ask: Asking = office()


def line(step: str, **fields: Any) -> Plant:
    """A line of the tables has other fields, in every circuit made from them."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        found = [circuit.by_name[step] for circuit in circuits.all_circuits() if step in circuit.by_name]
        assert found, step
        for transition in found:
            become(transition, **fields)(patch)
        make_anew(patch)

    return plant


def open_void(patch: pytest.MonkeyPatch) -> None:
    for circuit in circuits.all_circuits():
        become(circuit, terminal=circuit.terminal - {"void"})(patch)
    make_anew(patch)


def make_anew(patch: pytest.MonkeyPatch) -> None:
    """Let the circuits of the cases be made from the tables as they now are."""
    for spec in kinds.all_kinds():
        become(spec.table, made={})(patch)


def both_deadlines(case: Any, given: Any, on: date) -> dict[str, Any]:
    return dict.fromkeys(("due_on", "original_due_on"), given["granted_due_on"])


def first(**cells: Any) -> Numbers:
    """Numbers of the first figure: line -> cards."""
    return {("closure_rate", label, "个"): cards for label, cards in cells.items()}


NAIVE_CLOCK = type("Clock", (), {"localdate": staticmethod(UTC_CLOCK.localdate), "now": staticmethod(timezone.now)})
SECOND = first(反馈=(11, 12))
RULES = (
    Rule("round n+1 counts as assisting",
        recode(look_back._open_next_round, "is_lead=case.is_lead", "is_lead=False"), ("11",), SECOND),
    Rule("round n+1 is not counted",
        recode(effects.open_rectification, "counted=True", "counted=previous is None"), ("11",), SECOND),
    Rule("round n+1 stands in no campaign",
        recode(effects.open_rectification, "within = within or card.within",
            "within=within or (None if previous else card.within)"), ("11",),
        {("by_campaign", "全面25", "反馈"): (11, 12)}),
    Rule("反弹 opens no new round", name(look_back, "RELAPSED", frozenset({"partly", "false"})), ("11",), SECOND),
    Rule("the assisting unit's part counts as a lead",
        recode(effects.open_rectifications, "is_lead=False", "is_lead=True"), ("7",), first(反馈=(7,))),
    Rule("the topic does not come with the rectification",
        recode(effects.open_rectification, "topic=card.topic", "topic=None"), ("16",),
        {("by_topic", "普法", "反馈"): (16,)}),
    Rule("the severity does not come with the rectification",
        recode(effects.open_rectification, "severity=card.severity", "severity=1"), ("5",), first(反馈=(5,)),
        office(severity=3)),
    Rule("中止 leads to 长期坚持", line("suspend", target="long_term"), ("8",), first(中止=(8,))),
    Rule("转长期坚持 leads to 中止", line("make_long_term", target="suspended"), ("14",), first(长期坚持=(14,))),
    Rule("异议成立 leads to 已销号", line("uphold_dispute", target="closed"), ("15",), first(已销号=())),
    Rule("申请销号 closes at once", line("request_closure", target="closed", else_to=()), ("9",), first(未销号=(9,))),
    Rule("已撤销 is no end", open_void, ("15",), {("due_in_15_days", "15 个工作日内到期", "个"): ()}),
    Rule("不予受理 of a clue counts as 已销号",
        line("drop", target="closed"), ("b", "c"), {("clues_done", "专项26", "办结率"): Share([], ["b"])}),
    Rule("a transferred clue stays hidden",
        line("transfer", changes=None), ("b",), {("clues_done", "专项26", "办结率"): Share([], ["b"])},
        office(role="city_leader")),
    Rule("an extension moves the original deadline too",
        line("grant_extension", changes=both_deadlines), ("10",),
        {("on_time_rate", "按原时限", "按期率"): Share([], [10])}),
    Rule("an extension moves nothing",
        line("grant_extension", changes=None), ("10",), {("on_time_rate", "按批准时限", "按期率"): Share([10], [10])}),
    Rule("the engine's day is the day in UTC",
        name(engine, "timezone", NAIVE_CLOCK), ("13",), {("days_to_closure", "最短", "日"): 85}),
    Rule("closed on the day it was fed back",
        recode(engine._record, "None if case.is_open else day", "None if case.is_open else case.opened_on"), ("1",),
        {("days_to_closure", "最短", "日"): 81}),
    Rule("a new deadline is not remembered as a change",
        name(engine, "TIMED", ("state",)), ("9",), {("due_in_15_days", "15 个工作日内到期", "个"): (9,)},
        office(on=day("03-30"))),
    Rule("a stretch is filed as shorter than it was",
        name(engine, "width", lambda since, on, plain=engine.width: max(plain(since, on) - 1, 0)), ("9",),
        first(反馈=(9,)), office(on=day("03-30"))),
    Rule("a merged unit has no successor",
        recode(units._end, "kept.abolished_on, kept.successor = on, successor",
            "kept.abolished_on, kept.successor = on, None"), ("10",), {("by_unit", "自然资源局", "反馈"): (10,)}),
)  # fmt: skip


class Story(NamedTuple):
    """A fault in words, how it is planted, and what happens under it.

    `pages` show it beside the oracle, or it shows in what is counted `by_hand`.
    """

    words: str
    plant: Plant
    play: Callable[[PageWorld], None]
    pages: tuple[str, ...]
    on: date | None = None
    by_hand: Mapping[str, int] = {}


SPRING = date(2025, 3, 10)


def three_closed(world: PageWorld) -> None:
    """Three cards closed in March, May and July of 2025."""
    for n in range(3):
        world.open(SPRING - timedelta(30), n, n, 1, True)
        engine.perform(world.picked(n), "to_closed", None, day=SPRING + timedelta(61 * n))  # type: ignore[arg-type]


def original_corrected(world: PageWorld) -> None:
    """Closed in time, sealed; then the original deadline turns out to have been before the closure."""
    three_closed(world)
    world.seal_all()
    world.correct_original(0, 0, -60)


def closed_late(world: PageWorld) -> None:
    """Sealed; then a closure of a sealed month is entered."""
    three_closed(world)
    world.open(SPRING - timedelta(20), 0, 0, 1, True)
    world.seal_all()
    engine.perform(world.picked(3), "to_closed", None, day=SPRING + timedelta(2))  # type: ignore[arg-type]


def severity_corrected(world: PageWorld) -> None:
    three_closed(world)
    world.seal_all()
    world.correct(0, 0, "severity", 2)


def one_month_sealed(world: PageWorld) -> None:
    three_closed(world)
    seals.seal("2025-05")


def closed_last_year(world: PageWorld) -> None:
    """One card closed last year, and one fed back this year."""
    world.open(SPRING, 0, 1, 1, True)
    world.move(0, 20, "closed")
    world.open(date(2026, 1, 5), 0, 1, 1, True)


def nine_topics(world: PageWorld) -> None:
    for n in range(9):
        world.open(SPRING + timedelta(n), n % 6, n + 1, 1, True)


def closing_withdrawn(world: PageWorld) -> None:
    """Closed, and the closing taken back some months later: it never held."""
    world.open(SPRING, 0, 0, 1, True)
    world.move(0, 20, "closed")
    world.withdraw(0)


STORIES = (
    Story("a seal survives a corrected original deadline",
        recode(engine._record, '{*FACTS, "original_due_on"}', "set(FACTS)"), original_corrected, ("on_time_rate",)),
    Story("a seal survives a late closure", name(seals, "drop", lambda closings: None), closed_late, ("closure_rate",)),
    Story("the seal of the year survives a late closure",
        recode(seals._clear, "periods: list[str]) -> None:",
            "periods: list[str]) -> None:\n    periods = [p for p in periods if len(p) > 4]"), closed_late,
        ("closure_rate",)),
    Story("a seal survives a corrected severity",
        recode(engine._record, '{*FACTS, "original_due_on"}', '{*TIMED, "original_due_on"}'), severity_corrected,
        ("days_by_severity",)),
    Story("what lies between two seals is left out",
        name(reading, "cover",
            lambda on, have, plain=seals.cover: (found := plain(on, have))._replace(gaps=found.gaps[-1:])),
        one_month_sealed, ("closure_rate",)),
    Story("the total is made from the lines that are shown",
        recode(tables._divided, "counted.cube.whole(figure.source)",
            "together(one.count for one in groups if one.opens)"), nine_topics, ("board",)),
    Story("what is not shown by itself is left out",
        recode(tables.each, "if others:", "if not others:"), nine_topics, ("board",)),
    Story("on the board the topics with least overdue are shown",
        recode(tables._weight, "-OVERDUE.count(count)", "OVERDUE.count(count)"),
        lambda world: (nine_topics(world), world.open(SPRING, 0, 9, 1, True))[0], ("board",)),
    Story("the year begins with what was closed before it",
        recode(trend.this_year, "Share(share.n - before, share.of - before)", "share"), closed_last_year, ("trend",)),
    Story("a closing taken back held until it was taken back",
        recode(engine.withdraw, "actor, last.day, back", "actor, timezone.localdate(), back"), closing_withdrawn, (),
        SPRING + timedelta(40), {"反馈": 1, "已销号": 0, "未销号": 1}),
)  # fmt: skip
