"""看板, one figure by itself, and the rows behind each number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render

from dashboards.board.compare import COMPARED, DEFINITION, context_of, sheet_title
from dashboards.board.drawing import tiles_of
from dashboards.board.page import page_of
from dashboards.board.range import asked, days_of, may_read, show
from dashboards.board.scope import above, counting, scope, title, told
from dashboards.columns import CARDS, CLUES, JOINS, LOOK_BACKS, WARNINGS, late_columns, sheet_of
from dashboards.cube.changes import CHANGES
from dashboards.cube.counts import Ask
from dashboards.cube.row_sets import in_scope
from dashboards.declared.registry import definition_of, figures_for, row_sets_for
from dashboards.figures.overdue_by_age import ELSEWHERE
from inspections.columns import CITATIONS
from organizations.requests import ActorRequest
from ui.columns import Column
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page
from ui.sheets import sheet_response

COLUMNS: dict[str, Callable[[date], Sequence[Column]]] = {
    "card": lambda on: CARDS,
    "late": late_columns,
    "clue": lambda on: CLUES,
    "look_back": lambda on: LOOK_BACKS,
    "warning": lambda on: WARNINGS,
    "citation": lambda on: CITATIONS,
}
ORDER = {
    "card": ("due_then", "pk"),
    "late": ("due_then", "pk"),
    "clue": ("opened_on", "pk"),
    "look_back": ("closed_on", "pk"),
    "warning": ("-raised_at", "-pk"),
    "citation": ("-finding__discovered_on", "-pk"),
}
EMPTY = Empty("没有这样的件", "换一个日期或者范围再看。")


@page(to=may_read)
def dashboard(request: ActorRequest) -> HttpResponse:
    """Show the page."""
    return render(request, "dashboards/board.html", page_of(request))


@page(to=may_read)
def figure(request: ActorRequest, name: str) -> HttpResponseBase:
    """Show one figure with all its lines, or its sheet."""
    mine = figures_for(request.actor)
    if name not in mine:
        raise Http404
    found, one = asked(request), mine[name]
    shown = show(found, one)
    if request.GET.get("export") == "xlsx":
        columns, lines = sheet_of(one, shown.table)
        named, said = title(found, one.title), above(found, one.definition)
        return sheet_response(request, named, columns, lines, said, n=len(lines))
    context = {
        "shown": shown,
        "form": found.form,
        "on": found.selection.on,
        "scope": scope(found),
        "counting": counting(found),
        "days": days_of(found, "figure", name),
        "back": found.url("dashboard"),
        "tiles": tiles_of(shown, found.labels),
    }
    return render(request, "dashboards/figure.html", context)


@page(to=may_read)
def compare(request: ActorRequest) -> HttpResponseBase:
    """Show two days side by side, or their sheet."""
    found = asked(request)
    context = context_of(found)
    if request.GET.get("export") == "xlsx":
        both = context["compared"]
        columns, lines = sheet_of(COMPARED, both.sheet)
        return sheet_response(request, sheet_title(found), columns, lines, both.above, n=len(lines))
    return render(request, "dashboards/compare.html", context)


@page(to=may_read)
def figure_rows(request: ActorRequest, name: str) -> HttpResponseBase:
    """List the rows behind a number: their count is the number."""
    sets = row_sets_for(request.actor) | CHANGES
    if name not in sets:
        raise Http404
    found, behind = asked(request), sets[name]
    on, kind = found.selection.on, behind.columns or behind.source.columns
    ask = Ask(on, found.soon, found.since)
    definition = DEFINITION if name in CHANGES else definition_of(behind)
    spec = ListSpec(
        behind.label,
        lambda actor: in_scope(behind.rows(found.selection, ask), actor),
        COLUMNS[kind](on),
        order=ORDER[kind],
        shows=JOINS[kind],
        export_name=title(found, behind.label),
        export_above=above(found, definition, since=name in CHANGES),
        empty=EMPTY,
        template="dashboards/rows.html",
    )
    said = {"told": told(found, since=name in CHANGES), "scope": scope(found), "definition": definition}
    return list_page(
        request, spec, on=on, back=found.url("dashboard"), note=ELSEWHERE if kind == "late" else "", **said
    )
