"""One function serves all lists: filter, search, sort, pages, saved by URL, export of exactly what is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import django_filters
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ui.columns import Column
from ui.sheets import sheet_response

DEEPEST_PAGE = 400  # beyond, narrow the filter: an offset reads all rows before it


@dataclass(frozen=True)
class Empty:
    """What an empty list says: why it is empty and the first thing to do."""

    title: str
    text: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A saved filter: a link with a name."""

    label: str
    query: str


@dataclass(frozen=True)
class ListSpec:
    """A list page.

    Attributes:
        rows: from the actor to the rows he may see.
        search: from (rows, words, actor) to the rows that fit the words of `q`.
        order: default order; ends in a unique field.
        count_cap: count at most so many exactly; more is written as "10 000+".
        summary: from (filtered rows, request) to context of the line under the title.
    """

    title: str
    rows: Callable[[Any], QuerySet[Any]]
    columns: Sequence[Column]
    filterset: type[django_filters.FilterSet] | None = None
    search: Callable[[QuerySet[Any], str, Any], QuerySet[Any]] | None = None
    search_label: str = "关键词"
    order: tuple[str, ...] = ("-pk",)
    per_page: int = 25
    empty: Empty = Empty("还没有内容")
    count_cap: int | None = None
    export_name: str = ""
    export_columns: Sequence[Column] = ()
    template: str = "ui/list.html"
    summary: Callable[[QuerySet[Any], HttpRequest], dict[str, Any]] | None = None
    row_url: Callable[[Any], str] = field(default=lambda row: row.get_absolute_url())
    acts: Callable[[Any], list[tuple[str, str]]] | None = None
    shortcuts: tuple[Shortcut, ...] = ()
    batch: Callable[[HttpRequest], Any] | None = None


class CappedPaginator(Paginator[Any]):
    """A paginator that stops counting at a cap."""

    def __init__(self, rows: QuerySet[Any], per_page: int, cap: int | None) -> None:
        super().__init__(rows, per_page)
        self.cap = cap

    @property
    def count(self) -> int:  # type: ignore[override]
        if not hasattr(self, "_count"):
            rows: Any = self.object_list
            self._count = rows.order_by()[: self.cap + 1].count() if self.cap else rows.order_by().count()
        return self._count

    @property
    def is_capped(self) -> bool:
        return self.cap is not None and self.count > self.cap


def list_page(request: HttpRequest, spec: ListSpec, **extra: Any) -> HttpResponse:
    """Answer with the page of a list, or with its sheet when `?export=xlsx`."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = spec.rows(actor)
    words = request.GET.get("q", "").strip()[:100]
    if words and spec.search:
        rows = spec.search(rows, words, actor)
    filterset = spec.filterset(request.GET, queryset=rows, request=request) if spec.filterset else None
    if filterset is not None and filterset.is_valid():
        rows = filterset.qs
    column, descending = _sorting(request.GET.get("sort", ""), spec)
    rows = _ordered(rows, column, descending, spec)
    if request.GET.get("export") == "xlsx" and spec.export_name:
        columns = [c for c in (spec.export_columns or spec.columns)]
        return sheet_response(spec.export_name, columns, rows)
    paginator = CappedPaginator(rows, spec.per_page, spec.count_cap)
    page = paginator.get_page(min(_whole(request.GET.get("page")), DEEPEST_PAGE))
    context = {
        "spec": spec, "page": page, "rows": list(page.object_list), "columns": [c for c in spec.columns if c.screen], "filterset": filterset, "words": words,
        "count": paginator.count, "is_capped": paginator.is_capped, "sorted_by": column, "descending": descending, "chips": _chips(request, filterset, words),
        "pages": list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)) if paginator.num_pages > 1 else [],
        "acts": spec.acts(actor) if spec.acts else [], "batch": spec.batch(request) if spec.batch else None,
        "first": page.start_index(), "last": page.end_index(),
    }  # fmt: skip
    if spec.summary:
        context |= spec.summary(rows, request)
    return render(request, spec.template, context | extra)


def _whole(text: str | None) -> int:
    try:
        return max(1, int(text or 1))
    except ValueError:
        return 1


def _sorting(asked: str, spec: ListSpec) -> tuple[Column | None, bool]:
    descending, name = asked.startswith("-"), asked.lstrip("-")
    column = next((c for c in spec.columns if c.name == name and c.sort), None)
    return column, descending and column is not None


def _ordered(rows: QuerySet[Any], column: Column | None, descending: bool, spec: ListSpec) -> QuerySet[Any]:
    if column is None:
        return rows.order_by(*spec.order)
    fields = [f"-{f}" if descending else f for f in column.sort]
    return rows.order_by(*fields, spec.order[-1])


def _chips(request: HttpRequest, filterset: Any, words: str) -> list[dict[str, str]]:
    """Every condition in force, as a link that removes it."""
    found = [("q", f"“{words}”")] if words else []
    if filterset is not None and filterset.is_valid():
        found += [(name, label) for name, bound in filterset.form.fields.items() if (label := _chip_label(filterset.form, name, bound))]
    chips = []
    for name, label in found:
        params = request.GET.copy()
        for key in [k for k in params if k in {name, "page"} or k.startswith(f"{name}_")]:
            del params[key]
        chips.append({"label": label, "url": f"?{params.urlencode()}"})
    return chips


def _chip_label(form: Any, name: str, bound: Any) -> str:
    value = form.cleaned_data.get(name)
    if value in (None, "", [], ()) or (isinstance(value, QuerySet) and not value):
        return ""
    if isinstance(value, slice):
        return f"{bound.label} {value.start or ''} 至 {value.stop or ''}"
    if isinstance(value, list | QuerySet):
        return f"{bound.label}：{'、'.join(map(str, list(value)[:3]))}"
    label = dict(getattr(bound, "choices", []) or []).get(value, value) if not hasattr(value, "pk") else value
    return f"{bound.label}：{label}"
