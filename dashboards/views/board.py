"""看板, one figure by itself, and the rows behind each number."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from dashboards.board.drawing import tiles_of
from dashboards.board.page import page_of
from dashboards.board.range import asked, may_read, show, words
from dashboards.columns import CARDS, CLUES, LOOK_BACKS, sheet_of
from dashboards.cube.counts import Ask
from dashboards.cube.row_sets import in_scope
from dashboards.declared.registry import figures, row_sets
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page
from ui.sheets import sheet_response

RELATED = {
    "card": ("unit", "topic", "within"),
    "clue": ("unit", "topic", "within"),
    "look_back": ("lookback",),
}
COLUMNS = {"card": CARDS, "clue": CLUES, "look_back": LOOK_BACKS}
ORDER = {"card": ("due_then", "pk"), "clue": ("opened_on", "pk"), "look_back": ("closed_on", "pk")}
EMPTY = Empty("没有这样的件", "换一个日期或者范围再看。")


@page(to=may_read)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the page."""
    return render(request, "dashboards/board.html", page_of(request))


@page(to=may_read)
def figure(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show one figure with all its lines, or its sheet."""
    if name not in figures():
        raise Http404
    found, one = asked(request), figures()[name]
    shown = show(found, one)
    if request.GET.get("export") == "xlsx":
        columns, lines = sheet_of(one, shown.table)
        return sheet_response(one.title, columns, lines, stamp=f"截至{found.selection.on:%Y%m%d}")
    context = {
        "shown": shown,
        "form": found.form,
        "on": found.selection.on,
        "back": found.url("dashboard"),
        "tiles": tiles_of(shown, found.labels),
    }
    return render(request, "dashboards/figure.html", context)


@page(to=may_read)
def figure_rows(request: HttpRequest, name: str) -> HttpResponseBase:
    """List the rows behind a number: their count is the number."""
    if name not in row_sets():
        raise Http404
    found, behind = asked(request), row_sets()[name]
    ask, kind = Ask(found.selection.on, found.soon), behind.source.columns
    spec = ListSpec(
        behind.label,
        lambda actor: in_scope(behind.rows(found.selection, ask), actor).select_related(*RELATED[kind]),
        COLUMNS[kind],
        order=ORDER[kind],
        export_name=behind.label,
        empty=EMPTY,
        template="dashboards/rows.html",
    )
    return list_page(request, spec, on=found.selection.on, back=found.url("dashboard"), told=words(found))
