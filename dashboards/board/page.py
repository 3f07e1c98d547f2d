"""What the page shows: the headlines and the slots that are declared.

All from one snapshot, all from the same counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString

from casework.models import Case
from dashboards.board import cells
from dashboards.board.city import city_of
from dashboards.board.drawing import tiles_of
from dashboards.board.range import Number, Range, Shown, asked, asked_by, count, days_of, may_read
from dashboards.board.scope import counting, parts, scope, shortened, told
from dashboards.board.slots import BOARD, HEADLINES, Band, Headline, Slot, on_board
from dashboards.cube.counts import Ask, Count
from dashboards.cube.dimensions import DAYS, GROUP, OPENED
from dashboards.cube.measures import CLOSURE
from dashboards.cube.periods import last_month_end, month_number, month_of, year_before
from dashboards.cube.ratios import in_words, points
from dashboards.cube.reading import Cube, Wanted, read
from dashboards.cube.row_sets import APART, BASE, CLOSED, OVERDUE, TOTAL
from dashboards.cube.seals import valid_seals
from dashboards.cube.selection import Selection
from dashboards.cube.sources import CARDS
from dashboards.declared.figure import Cell, Counted, Head
from dashboards.declared.registry import figures, figures_for
from dashboards.declared.tables import table_of
from organizations.models import Unit
from organizations.pages import UnitSection
from organizations.requests import ActorRequest
from rectification.enums import NO_CLOCK
from ui import remembered

LONGEST = 5
NAMED = ("pk", "kind", "number", "title", "unit_name")  # what names a card
IN_A_ROW = 4  # numbers on the page of a unit


@dataclass(frozen=True)
class Headed:
    """A headline with its number, the measures its note names, and the page it leads to.

    `untouched`: the conditions of the page that say nothing of its rows.
    """

    headline: Headline
    number: Number
    beside: dict[str, Number]
    url: str
    untouched: str = ""

    @property
    def drawn(self) -> SafeString:
        return cells.big(self.number, self.url)


@dataclass(frozen=True)
class Placed:
    """A slot with its figure as it is shown."""

    slot: Slot
    shown: Shown
    tiles: list[dict[str, Any]]


def page_of(request: ActorRequest) -> dict[str, Any]:
    """Return the context of the page."""
    found = asked(request)
    sealed = valid_seals()
    counted = count(found, on_board().values(), seals=sealed, more=_for_headlines())
    month_end = last_month_end(found.selection.on)
    last_year = year_before(found.selection.on)
    before, then = (
        read(found.selection.at(day), [Wanted(CARDS, (), frozenset(OVERDUE.sums))], soon=found.soon, seals=sealed)
        for day in (month_end, last_year)
    )
    return {
        "form": found.form,
        "on": found.selection.on,
        "is_past": found.selection.is_past,
        "told": told(found),
        "scope": scope(found),
        "counting": counting(found),
        "days": days_of(found, "dashboard"),
        "compare_url": found.url("compare"),
        "chips": _chips(found),
        "heads": _heads(found, counted.cube),
        "bands": _bands(found, counted),
        "figures": [(one.title, found.url("figure", one.name)) for one in figures_for(found.labels.actor).values()],
        "longest": longest(found.selection, found.soon),
        "city": city_of(found, sealed),
        "year": _year_on_year(found, counted.whole, then.whole(), last_year),
    } | _said(found, counted, before, month_end)


def unit_sections(request: ActorRequest, unit: Unit) -> Iterator[UnitSection]:
    """Give the page of a unit its figures: those of the board narrowed to it, where its reader sees figures."""
    if not may_read(request.actor):
        return
    found = asked_by(request.actor, QueryDict(f"unit={unit.pk}"))
    of_campaigns = figures()["by_campaign"]
    counted = count(found, [of_campaigns], is_expanded=True, more=_for_headlines())
    if not counted.whole.total and not unit.is_inspected:
        return
    heads = list(_heads(found, counted.cube).values())
    context = {
        "heads": [heads[:IN_A_ROW], heads[IN_A_ROW:]],
        "campaigns": found.show(of_campaigns, table_of(of_campaigns, counted)),
        "board": found.url("dashboard"),
        "on": found.selection.on,
    }
    yield UnitSection(10, "dashboards/unit.html", context)


def _for_headlines() -> list[Wanted]:
    """What the numbers on top are made from."""
    found = []
    for one in HEADLINES:
        source = figures()[one.figure].source
        for measure in (one.measure, *(measure for _, measure in one.beside)):
            found.append(Wanted(source, (), frozenset(measure.sums)))
            found += [Wanted(source, (DAYS,))] if measure.needs_days else []
    return found


def _heads(found: Range, cube: Cube) -> dict[str, Headed]:
    """Return the numbers on top by name: each a measure of the whole."""
    heads = {}
    for one in HEADLINES:
        figure = figures()[one.figure]
        beside = {name: found.head_number(measure, cube, figure) for name, measure in one.beside}
        number = found.head_number(one.measure, cube, figure)
        chips = found.form.chips()
        untouched = "、".join(words for name, words in chips if name in figure.source.lacks)
        heads[one.name] = Headed(one, number, beside, found.url("figure", figure.name), untouched)
    return heads


def _bands(found: Range, counted: Counted) -> list[tuple[Band, list[list[Placed]]]]:
    """Return the slots with what stands in them."""

    def placed(slot: Slot) -> Placed:
        figure = figures()[slot.figure]
        shown = found.show(figure, table_of(figure, counted))
        return Placed(slot, shown, tiles_of(shown, counted.labels))

    bands = []
    for band in BOARD:
        sides = [[placed(slot) for slot in side] for side in (band.left, band.right)]
        bands.append((band, [[one for one in side if one.shown.rows or not one.slot.hides_empty] for side in sides]))
    return bands


def _said(found: Range, counted: Counted, before: Cube, month_end: date) -> dict[str, Any]:
    """Return what the sentences of the page say, computed from the numbers."""
    whole, then, day = counted.whole, before.whole(), found.selection.on
    late = OVERDUE.count(whole)
    change = points(CLOSURE.value(whole), CLOSURE.value(then))
    by_group = counted.cube.by(GROUP, counted.labels)
    return {
        "whole": whole,
        "apart": whole.among(APART),
        "sentence": sentence(found, whole),
        "month_end": f"{month_end.year} 年 {month_end.month}" if month_end.year != day.year else month_end.month,
        "change": None if change is None else in_words(change),
        "moved": _moved(found, counted, then),
        "late_change": late - OVERDUE.count(then) if then.total else None,
        "late_drop": OVERDUE.count(then) - late,
        "in_counties": OVERDUE.count(by_group.get("counties", Count())),
        "in_departments": OVERDUE.count(by_group.get("departments", Count())),
    }


def _year_on_year(found: Range, now: Count, then: Count, day: date) -> dict[str, Any] | None:
    """Return the rate of the same day a year ago and the change since (同比); nothing where there was none."""
    change = points(CLOSURE.value(now), CLOSURE.value(then))
    if change is None:
        return None
    url = found.url("compare", since=day.isoformat())
    return {"day": day, "share": CLOSURE.value(then), "change": in_words(change), "url": url}


def _moved(found: Range, counted: Counted, then: Count) -> dict[str, Any]:
    """Return what moved the rate since the month's end: what was fed back, what was closed, what went aside."""
    month = month_of(found.selection.on)
    fed = counted.cube.by(OPENED, counted.labels).get(month_number(found.selection.on), Count()).total
    aside = counted.whole.among(APART) - then.among(APART)
    more = f"，长期坚持、中止和撤销的{'多' if aside > 0 else '少'} {abs(aside)} 个" if aside else ""
    return {"fed": found.number(Cell(fed, TOTAL, where={"opened": month}), Head("fed", "本月反馈")), "aside": more}


def sentence(found: Range, whole: Count) -> list[str]:
    """Return the clauses of the title, computed from the numbers (docs/look.md, principle 1)."""
    within = found.form.asked.get("within", [])
    year = str(within[0]) if len(within) == 1 else ""
    when = "" if year[:1] != "y" else "今年" if year == f"y{found.selection.on.year}" else f"{year[1:]} 年"
    whose = shortened("、".join(part for part in parts(found) if not (when and part == f"{year[1:]} 年全部")))
    when = f"{whose}：{when}" if whose else when
    if not whole.total:
        return [f"{when}还没有反馈的问题"]
    overdue = OVERDUE.count(whole)
    late = f"还有 {overdue} 个整改逾期" if overdue else "没有整改逾期的"
    return [f"{when}应整改 {BASE.count(whole)} 个问题，", f"已销号 {CLOSED.count(whole)} 个，", late]


def longest(selection: Selection, soon: date) -> list[tuple[Case, int]]:
    """Return the cards longest overdue, each with its days."""
    found = remembered.tuples_of(("longest", selection, soon), lambda: _longest(selection, soon)[:LONGEST])
    return [(Case(**dict(zip(NAMED, known, strict=True))), (selection.on - due).days) for due, *known in found]


def _longest(selection: Selection, soon: date) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any]
    if selection.is_past and not selection.is_narrow and not selection.is_of_ended:
        # what is still so, and what was held on the day: the last event of each of thousands would be dear
        still = selection.open_still().exclude(state__in=NO_CLOCK).filter(due_on__lt=selection.on)
        held = selection.stretches().exclude(held_state__in=NO_CLOCK).filter(held_due_on__lt=selection.on)
        rows = (
            still.order_by()
            .values_list("due_on", *NAMED)
            .union(held.order_by().values_list("held_due_on", *(f"case__{name}" for name in NAMED)), all=True)
        )
        return rows.order_by("due_on", "id")
    rows = OVERDUE.rows(selection, Ask(selection.on, soon))
    return rows.order_by("due_then", "pk").values_list("due_then", *NAMED)


def _chips(found: Range) -> list[tuple[str, str]]:
    """Return what narrows the page, each with the address without it."""
    return [(said, found.url("dashboard", **{name: ""})) for name, said in found.form.chips()]
