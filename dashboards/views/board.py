"""看板, and the rows behind each of its numbers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.figures import all_figures
from dashboards.forms import AskForm, campaigns_with_cards
from dashboards.reading import departments, read_dashboard, selection_of
from organizations.enums import Role
from rectification.columns import SCREEN
from rectification.querysets import with_measures
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page

READERS = lambda actor: actor.is_office or actor.is_inspected or actor.role == Role.CITY_LEADER
RELATED = ("unit", "within", "topic", "holder_unit", "rectification__finding__case__within__campaign")


def _ask(request: HttpRequest) -> tuple[AskForm, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    form = AskForm(request.GET, campaigns_with_cards(actor))
    return form, selection_of(actor, **form.asked())


@page(to=READERS)
def dashboard(request: HttpRequest) -> HttpResponse:
    form, sel = _ask(request)
    return render(request, "dashboards/board.html", read_dashboard(sel) | {"form": form})


@page(to=READERS)
def units(request: HttpRequest) -> HttpResponse:
    """Every department by code."""
    form, sel = _ask(request)
    return render(request, "dashboards/units.html", {"form": form, "sel": sel, "rows": departments(sel)})


@page(to=READERS)
def figure_rows(request: HttpRequest, name: str) -> HttpResponse:
    """The cards behind a number; their count is the number."""
    figure = all_figures().get(name)
    if figure is None:
        raise Http404
    _, sel = _ask(request)
    whole = request.GET.get("whole") == "1" and figure.whole_rows is not None
    rows = (figure.whole_rows if whole and figure.whole_rows else figure.rows)(sel)
    title = f"{figure.title}：{'应整改' if whole else '计入的件'}" + (f"（截至 {sel.on:%Y-%m-%d}）" if sel.on else "")
    spec = ListSpec(
        title, lambda actor: with_measures(rows).select_related(*RELATED),
        SCREEN, order=("due_on", "pk"), empty=Empty("没有这样的件", figure.definition), export_name=figure.title, template="dashboards/rows.html",
    )  # fmt: skip
    return list_page(request, spec, definition=figure.definition)
