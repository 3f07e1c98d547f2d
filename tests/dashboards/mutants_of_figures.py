"""Faults planted in the figures: each is a line of the product made wrong, with the page where the scene must show it.

The names of the product stand in this file alone: a name that moves is one line here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.utils import timezone

from casework.deadlines import working_days
from casework.models import Case
from clues.enums import CLUE, ClueState
from dashboards import forms
from dashboards.board import city, compare, page
from dashboards.board import range as asking
from dashboards.cube import (
    changes,
    counts,
    dimensions,
    labels,
    measures,
    ratios,
    reading,
    row_sets,
    seals,
    selection,
    sources,
)
from dashboards.cube.selection import Selection
from dashboards.declared import tables
from dashboards.figures import look_back, trend
from rectification.enums import LOOK_BACK, LookBackOrigin, LookBackVerdict, State
from tests.dashboards import scene as stage
from tests.dashboards.oracle import Ask
from tests.dashboards.planting import Plant, become, name, recode, several
from tests.dashboards.scene import Scene, day

TODAY = stage.TODAY
Asking = Callable[[Scene], Ask]


class Mutant(NamedTuple):
    """A fault in words, how it is planted, who asks for what, and which pages show it.

    Pages are "board" and figures; rows are followed when `follow`.
    """

    words: str
    plant: Plant
    ask: Asking
    pages: tuple[str, ...]
    follow: bool = False


def office(**asked: Any) -> Asking:
    return lambda scene: Ask(
        asked.get("on", TODAY), TODAY, **{key: value for key, value in asked.items() if key != "on"}
    )


def head(unit: str, **asked: Any) -> Asking:
    return lambda scene: office(role="unit_head", own=scene.units[unit].pk, **asked)(scene)


def of_unit(unit: str, **asked: Any) -> Asking:
    return lambda scene: office(unit=scene.units[unit].pk, **asked)(scene)


def of_topic(topic: str, **asked: Any) -> Asking:
    return lambda scene: office(topic=scene.topics[topic].pk, **asked)(scene)


def is_set(rows: Any, other: Any) -> Plant:
    """A set of rows is another one, counted and listed."""
    return become(rows, count=other.count, rows=other.rows)


def states(*wrong: Any, besides: bool = False) -> Any:
    return row_sets.of_states("wrong", "", frozenset(wrong), besides=besides)


def only_lead(filters: Any) -> Any:
    return {dimension: keys for dimension, keys in filters.items() if dimension.name == "lead"}


def late(**bounds: tuple[int, int | None]) -> Plant:
    """Bands with other edges."""

    def between(first: int, last: int | None) -> Any:
        return lambda ask: (ask.on - timedelta(last) if last else None, ask.on - timedelta(first))

    return several(*(become(counts.OPEN_SUMS[band], bounds=between(*edges)) for band, edges in bounds.items()))


def clues(*, narrowed: bool = True, seen: bool = True, dropped: bool = False, now: bool = False) -> Plant:
    """The clues of a page, each switch a fault."""

    def slices(asked: Selection) -> tuple[Any, ...]:
        rows = Case.objects.filter(kind=CLUE, within__isnull=False, opened_on__lte=asked.on)
        rows = rows.filter(asked.where()) if narrowed else rows
        rows = rows.filter(asked.others) if seen else rows
        has_ended = Q() if now else Q(closed_on__lte=asked.on)
        ended = rows.filter(has_ended)
        still = rows.none() if now else rows.exclude(has_ended)
        return (
            sources.Slice(ended if dropped else ended.exclude(state=ClueState.DROPPED), "state"),
            sources.Slice(still),
        )

    return become(sources.CLUES, slices=slices)


def look_backs(
    *, narrowed: bool = True, by_the_day: bool = True, judged: bool = True, of: str = sources.LOOKED_AT
) -> Plant:
    """The look-backs of a page, each switch a fault; `of` is from a look-back to the card whose labels count."""

    def slices(asked: Selection) -> tuple[Any, ...]:
        meant = asked if narrowed else replace(asked, filters=only_lead(asked.filters))
        rows = Case.objects.filter(meant.where(of), kind=LOOK_BACK, subkind=LookBackOrigin.BOOKED)
        ended = Q(closed_on__lte=asked.on) if by_the_day else Q(is_open=False)
        return (sources.Slice(rows.filter(ended) if judged else rows, "lookback__verdict"),)

    return become(sources.LOOK_BACKS, slices=slices)


def _with_assisting(self: Any, asked: dict[str, Any], plain: Any = forms.SelectionForm._keys) -> Any:
    return (pair for pair in plain(self, asked) if pair[0] != "lead" or "lead" in asked)


def _everybodys(self: Any, plain: Any = forms.SelectionForm.selection) -> Selection:
    found = plain(self)
    return replace(found, filters={key: value for key, value in found.filters.items() if key.name != "unit"})


def _as_it_is_now(self: Selection) -> Any:
    return self.cards().filter(opened_on__lte=self.on).annotate(then=F("state"), due_then=F("due_on"))


def _due_as_it_is_now(self: Selection, plain: Any = Selection.as_of) -> Any:
    return plain(self).annotate(due_then=F("due_on"))


def _five_days_a_week(on: Any) -> Any:
    """Holidays known, Saturdays made up for not."""
    left = 15
    while left:
        on += timedelta(1)
        left -= working_days.is_workday(on) and on.weekday() < 5
    return on


INTERSECTED = "filters[dimension] & set(keys) if dimension in filters else set(keys)"
UTC_CLOCK = SimpleNamespace(localdate=lambda: datetime.now(UTC).date())
S, V = State, LookBackVerdict
MUTANTS = (
    # ---------- what is counted as what ----------
    Mutant("完成率 leaves out 公示中",
        is_set(row_sets.COMPLETED, states(S.CLOSED, S.SUPERVISION, S.FINAL_REVIEW)), office(), ("completion_rate",)),
    Mutant("完成率 leaves out 待销号审定",
        is_set(row_sets.COMPLETED, states(S.CLOSED, S.SUPERVISION, S.PUBLICITY)), office(), ("completion_rate",)),
    Mutant("完成率 is 销号率", is_set(row_sets.COMPLETED, row_sets.CLOSED), office(), ("board",)),
    Mutant("长期坚持 stands in the denominator",
        is_set(row_sets.BASE, states(S.SUSPENDED, S.REASSIGNED, S.VOID, besides=True)), office(), ("closure_rate",)),
    Mutant("中止 stands in the denominator",
        is_set(row_sets.BASE, states(S.LONG_TERM, S.REASSIGNED, S.VOID, besides=True)), office(), ("board",)),
    Mutant("撤销 stands in the denominator",
        is_set(row_sets.BASE, states(S.LONG_TERM, S.SUSPENDED, besides=True)), office(), ("by_unit",)),
    Mutant("撤销 counts as closed", is_set(row_sets.CLOSED, states(S.CLOSED, S.VOID)), office(), ("closure_rate",)),
    Mutant("含配合单位 is the silent default",
        name(forms.SelectionForm, "_keys", _with_assisting), office(), ("closure_rate",)),
    Mutant("只计配合单位 counts the lead units",
        recode(forms.SelectionForm._keys, '0 if self.counting == "assisting" else 1', "1"),
        office(lead="assisting"), ("closure_rate",)),
    # ---------- the clock ----------
    Mutant("60 days overdue stand among those of more than 60",
        late(late_60=(31, 59), late_more=(60, None)), office(), ("overdue_by_age",)),
    Mutant("61 days overdue stand among 31 to 60",
        late(late_60=(31, 61), late_more=(62, None)), office(), ("overdue_by_age",)),
    Mutant("15 days overdue stand among 16 to 30",
        late(late_15=(1, 14), late_30=(15, 30)), office(), ("overdue_by_age",)),
    Mutant("16 days overdue stand among 1 to 15",
        late(late_15=(1, 16), late_30=(17, 30)), office(), ("overdue_by_age",)),
    Mutant("30 days overdue stand among 31 to 60",
        late(late_30=(16, 29), late_60=(30, 60)), office(), ("overdue_by_age",)),
    Mutant("overdue on the day of the deadline itself", late(overdue=(0, None)), office(), ("on_time_rate",)),
    Mutant("中止 past its deadline is overdue",
        name(reading, "NO_CLOCK", frozenset({S.LONG_TERM})), office(), ("overdue_by_age",)),
    Mutant("长期坚持 past its deadline is overdue",
        name(reading, "NO_CLOCK", frozenset({S.SUSPENDED})), office(), ("board",)),
    Mutant("中止 is overdue on a past day under a narrow filter",
        name(counts, "NO_CLOCK", frozenset({S.LONG_TERM})), head("甲县", on=day("04-20")), ("overdue_by_age",)),
    Mutant("closed on the deadline is late",
        recode(counts.in_time, "closed_on__lte", "closed_on__lt"), office(), ("on_time_rate",)),
    Mutant("the original clock runs by the approved deadline",
        become(counts.ENDED_SUMS["on_time_original"], value=counts.ENDED_SUMS["on_time"].value), office(),
        ("on_time_rate",)),
    Mutant("overdue by the original clock is by the approved deadline",
        become(counts.OPEN_SUMS["overdue_original"], clock="due"), office(), ("on_time_rate",)),
    Mutant("what is due today is not due soon",
        become(counts.OPEN_SUMS["soon"], bounds=lambda ask: (ask.on + timedelta(1), ask.soon)), office(),
        ("due_in_15_days",)),
    Mutant("the last day of the window is left out",
        become(counts.OPEN_SUMS["soon"], bounds=lambda ask: (ask.on, ask.soon - timedelta(1))), office(),
        ("due_in_15_days",)),
    Mutant("the window runs from today instead of the day asked",
        name(asking, "soon_until", lambda on: working_days.add_workdays(timezone.localdate(), 15)),
        office(on=day("03-10")), ("due_in_15_days",)),
    Mutant("the window is fifteen calendar days",
        name(asking, "soon_until", lambda on: on + timedelta(15)), office(), ("due_in_15_days",)),
    Mutant("a Saturday made up for is no working day",
        name(asking, "soon_until", _five_days_a_week), office(), ("due_in_15_days",)),
    Mutant("today is today in UTC", name(forms, "timezone", UTC_CLOCK), office(), ("closure_rate",)),
    # ---------- who sees what, and what narrows ----------
    Mutant("the reader of a unit sees other units",
        name(forms.SelectionForm, "selection", _everybodys), head("甲县"), ("closure_rate",)),
    Mutant("a group asked for by a unit opens the group to it",
        recode(forms.SelectionForm.selection, INTERSECTED, "set(keys)"), head("甲县", group="departments"),
        ("closure_rate",)),
    Mutant("the comparison with last month ignores the filters",
        name(Selection, "at", lambda self, on: replace(self, on=on, filters=only_lead(self.filters))), of_unit("甲县"),
        ("board",)),
    Mutant("the comparison with last month counts assisting units",
        name(Selection, "at", lambda self, on: replace(self, on=on, filters={})), office(), ("board",)),
    Mutant("the comparison is with the first of this month",
        name(page, "last_month_end", lambda on: on.replace(day=1)), office(on=day("03-01")), ("board",)),
    Mutant("look-backs ignore the filters", look_backs(narrowed=False), office(group="counties"), ("look_back",)),
    Mutant("look-backs to come are counted on a past day",
        look_backs(by_the_day=False), office(on=day("04-14")), ("look_back",)),
    Mutant("look-backs not yet judged are counted", look_backs(judged=False), office(), ("look_back",)),
    Mutant("a look-back counts by its own labels",
        look_backs(of=""), office(within=("y2025",)), ("look_back",)),
    Mutant("clues ignore the filters", clues(narrowed=False), of_topic("普法"), ("clues_done",)),
    Mutant("clues not yet transferred are shown to leaders",
        clues(seen=False), office(role="city_leader"), ("clues_done",)),
    Mutant("不予受理 stands in the denominator of clues", clues(dropped=True), office(), ("clues_done",)),
    Mutant("clues are counted on a past day as they are now",
        clues(now=True), office(on=day("03-10")), ("clues_done",)),
    Mutant("a year means no campaign",
        recode(forms._campaigns, "{*of_years, *(", "{*("), office(within=("y2025",)), ("by_campaign",)),
    Mutant("what has ended ignores the filters",
        name(Selection, "ended", lambda self: Case.objects.filter(counted=True, is_open=False)), office(severity=3),
        ("closure_rate",)),
    Mutant("counties and departments are exchanged",
        recode(labels.Labels.group, '== "counties"', '!= "counties"'), office(group="counties"), ("by_unit",)),
    Mutant("a merged unit stands apart from its successor",
        recode(labels.Labels.chain,
            "unit.successor_id or (above.pk if above is not None and above.is_inspected else None)", "None"), office(),
        ("by_unit",)),
    # ---------- past days ----------
    Mutant("a past day shows the states of today",
        name(Selection, "as_of", _as_it_is_now), of_unit("甲县", on=day("03-10")), ("closure_rate",)),
    Mutant("a past day shows the deadlines of today",
        name(Selection, "as_of", _due_as_it_is_now), of_unit("教育局", on=day("03-30")), ("due_in_15_days",)),
    Mutant("a step of the day asked is not yet taken",
        recode(Selection.open_still, "since__lte", "since__lt"), office(on=day("03-05")), ("closure_rate",)),
    Mutant("what ended on the day asked still holds",
        recode(selection._ended_after, "Q(day__gt=day)", "Q(day__gte=day)"), office(on=day("03-05")),
        ("closure_rate",)),
    Mutant("closed on the day asked is not yet closed",
        recode(seals.cover, "closed_on__lte=day", "closed_on__lt=day"), office(), ("closure_rate",)),
    Mutant("本月 begins a month early",
        name(counts.Ask, "first_of_month",
            property(lambda self: (self.on.replace(day=1) - timedelta(1)).replace(day=1))), office(), ("by_unit",)),
    Mutant("本月 begins on the day itself",
        name(counts.Ask, "first_of_month", property(lambda self: self.on)), office(on=day("03-20")), ("by_unit",)),
    Mutant("the rates of past months forget what stood apart then",
        recode(trend.closure_by_month, "int(begun) <= month", "int(begun) < month"), office(), ("trend",)),
    # ---------- days, verdicts, order, rows ----------
    Mutant("the median is the mean",
        become(measures.MEDIAN_DAYS, value=lambda count: ratios.mean(count.days)), office(), ("board",)),
    Mutant("the median is the lower of the two in the middle",
        recode(ratios.median, "return (low + value) / 2", "return low"), office(), ("days_to_closure",)),
    Mutant("days to 撤销 count as days to 销号",
        recode(reading._ended, "_since(wanted) & closed", "_since(wanted)"),
        office(), ("days_to_closure",)),
    Mutant("days are counted from the deadline",
        become(counts.ENDED_SUMS["days"],
            value=lambda ask: counts.Sum(counts.Days("closed_on", "due_on"), filter=Q(state=S.CLOSED), default=0)),
        office(), ("days_by_severity",)),
    Mutant("基本巩固 does not count as held",
        is_set(look_back.HELD, row_sets.of_source(sources.LOOK_BACKS, "wrong", "", frozenset({V.FIRM}))), office(),
        ("board",)),
    Mutant("反弹 does not count as relapsed",
        is_set(look_back.RELAPSED,
            row_sets.of_source(sources.LOOK_BACKS, "wrong", "", frozenset({V.PARTLY_RELAPSED, V.FALSE}))), office(),
        ("look_back",)),
    Mutant("the oldest campaign stands first",
        become(dimensions.CAMPAIGN, order=lambda labels, keys: sorted(keys)), office(), ("by_campaign",)),
    Mutant("overdue is counted right and listed with 中止",
        become(row_sets.OVERDUE, rows=lambda asked, ask: asked.open_on_the_day().filter(due_then__lt=ask.on)), office(),
        ("overdue_by_age",), True),
    Mutant("the rows behind a unit's number are everybody's",
        become(dimensions.UNIT, narrows=lambda key: {}), office(), ("by_unit",), True),
    Mutant("the longest overdue are the newest",
        recode(page._longest, '.order_by("due_then", "pk")', '.order_by("-due_then", "pk")'), office(), ("board",)),
    Mutant("a rate is cut off, not rounded",
        name(ratios.Share, "rate", property(lambda self: int(1000 * self.n / self.of) / 1000 if self.of else None)),
        office(), ("closure_rate",)),
    # ---------- two days, and the city beside a unit ----------
    Mutant("what was overdue on both days is newly overdue",
        recode(changes._newly_overdue, ".exclude(pk__in=_overdue(_before(selection, ask)))", ""), office(),
        ("compare",)),
    Mutant("what is overdue still is no longer overdue",
        recode(changes._no_longer_overdue, ".exclude(pk__in=_overdue(selection))", ""), office(), ("compare",)),
    Mutant("whatever is closed is newly closed",
        recode(changes._newly_closed, ", closed_on__gt=ask.since", ""), office(), ("compare",)),
    Mutant("every deadline that is not earlier was put off",
        recode(changes._extended, "due_then__gt", "due_then__gte"), office(), ("compare",)),
    Mutant("what stood apart on both days was put aside",
        recode(changes._put_aside, "rows.exclude(pk__in=_apart(_before(selection, ask)))", "rows"), office(),
        ("compare",)),
    Mutant("the earlier day opens the rows of the later",
        recode(compare._line, '{"on": since.isoformat()}', "{}"), office(), ("compare",), True),
    Mutant("a unit's city is its own",
        recode(city.city_of, "if dimension is not UNIT", ""), head("甲县"), ("board",)),
    Mutant("places among counties count departments too",
        recode(city.city_of, " and labels.is_county(int(key)) == labels.is_county(own)", ""), head("乙县"), ("board",)),
    Mutant("the lowest rate is the first place",
        recode(city.city_of, "share.n * mine.of > mine.n", "share.n * mine.of < mine.n"), head("甲县"), ("board",)),
    Mutant("the total of a table is its first line",
        recode(tables._divided, 'counted.cube.whole(figure.source)', "groups[0].count"), office(), ("by_unit",)),
)  # fmt: skip
