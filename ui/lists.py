"""One function serves all lists: filter, search, sort, pages, saved by URL, sheet of what is shown, blank template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import OrderBy, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ui import filter_row, remembered
from ui.addresses import address, query_with
from ui.columns import Column, in_sheet, on_screen
from ui.counting import COUNT_CAP, CappedPaginator, count_by_each
from ui.errors import DomainError
from ui.filter_conditions import Chip, chips_of, conditions_of
from ui.list_choosing import Chosen, choose
from ui.list_order import ordered, sorting
from ui.requests import asker
from ui.sheets import Above, Around, Layout, printed_response, sheet_response, template_response

if TYPE_CHECKING:
    from django_filters.filterset import FilterSet

AT_ONCE = 1_000  # rows of a sheet that is written while one waits for it; a longer one is written in the background
FIRST_ROWS = 2_000  # of a list, looked through for a frequent word
PIECE = 500  # rows read at a time for a sheet
EXPORTING = "ui.lists.export"  # salt of the address that a form hands to whoever writes long sheets
NOT_EXPORTED = "本岗位不能导出：台账、清单由市委依法治市办导出，各单位可以导出本单位的"
LATER: list[str] = []  # the name of the page that takes long sheets, filled in by whoever writes them


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
        rows: from the actor to the rows he may see, as bare as they are counted and put in order.
        shows: joins and counts what the columns read; asked for the rows of the page alone, and for those of a sheet.
        reading: from the actor to all that the text of `rows` and `shows` depends on: what shows the rows of a page is
            then written once (ui.remembered).
        search: from (rows, words, actor) to the rows that fit the words of `q`.
        looks: the same for few rows, without an index: a frequent word is looked for among the first rows of the list.
        order: default order; ends in a unique field.
        count_cap: count at most so many exactly; more is written as "10 000+".
        states: from the actor to the words of the rows' `state`, each with the states that he reads so: how many are in
            each stands under the title, beyond the cap only when asked for (`?count=all`).
        summary: from (filtered rows, request) to context of the line under the title; where it has counted the rows on
            the way it says `count`.
        export_name: the title of its sheet; without one it is not exported. `export_to`: to whom it is.
        export_above: what the sheet says before its rows.
        export_rows: joins what only the sheet's columns read.
        printed: how its 打印版 is laid out; without one there is none.
        reconcile: from how many rows have each state and value of `counted_beside` to one line that leads to the board.
        blank: the title of its blank template (the columns that people fill in); without one there is none.
        measure: the measure word: 件, 个, 人.
        conditions_at_once: how many conditions stand in the row, the search among them; the rest waits behind 更多条件.
    """

    title: str
    rows: Callable[[Any], QuerySet[Any]]
    columns: Sequence[Column]
    filterset: type[FilterSet] | None = None
    search: Callable[[QuerySet[Any], str, Any], QuerySet[Any]] | None = None
    looks: Callable[[QuerySet[Any], str, Any], QuerySet[Any]] | None = None
    search_label: str = "关键词"
    order: tuple[str | OrderBy, ...] = ("-pk",)
    per_page: int = 25
    empty: Empty = Empty("还没有内容")
    shows: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)
    reading: Callable[[Any], Hashable] | None = None
    count_cap: int | None = COUNT_CAP
    states: Callable[[Any], Sequence[tuple[str, Sequence[str]]]] | None = None
    export_name: str = ""
    export_to: Callable[[Any], bool] = field(default=lambda actor: True)
    export_above: Above | None = None
    blank: str = ""
    printed: Layout | None = None
    counted_beside: str = ""
    reconcile: Callable[[Mapping[tuple[Any, ...], int]], str] | None = None
    export_rows: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)
    template: str = "ui/list.html"
    summary: Callable[[QuerySet[Any], Any], dict[str, Any]] | None = None
    row_url: Callable[[Any], str] = field(default=lambda row: row.get_absolute_url())
    acts: Callable[[Any], list[tuple[str, str]]] | None = None
    shortcuts: tuple[Shortcut, ...] = ()
    batch: Callable[[Any], Any] | None = None
    measure: str = "件"
    conditions_at_once: int = 6


@dataclass(frozen=True)
class Ledger:
    """A list that the office keeps as a ledger: the page of papers names it and leads to it."""

    spec: ListSpec
    url_name: str
    purpose: str
    to: Callable[[Any], bool]

    def n_columns(self, actor: Any) -> int:
        return len(in_sheet(self.spec.columns, actor))


LEDGERS: list[Ledger] = []


@dataclass(frozen=True)
class Sheet:
    """A sheet of a list, not written yet."""

    title: str
    columns: list[Column]
    rows: QuerySet[Any]
    measure: str
    above: Above | None = None
    paper: tuple[Layout, Around] | None = None  # 打印版: how it is laid out, and what stands around its rows


class Planned(HttpResponse):
    """The answer to whoever writes the sheet of a list himself: the sheet, or why there is none."""

    def __init__(self, sheet: Sheet | None, problem: str = "") -> None:
        super().__init__()
        self.sheet, self.problem = sheet, problem


def numbered(rows: Iterable[Any]) -> Iterator[Any]:
    """Give each row its number in the sheet, as `serial`."""
    for n, row in enumerate(rows, 1):
        row.serial = n
        yield row


def list_page(request: HttpRequest, spec: ListSpec, **extra: Any) -> HttpResponse:
    """Answer with the page of a list; with its sheet (`?export=xlsx`) or its blank template (`?export=blank`)."""
    actor = asker(request)
    chosen = choose(request, spec, request.GET)
    column, descending = sorting(request.GET.get("sort", ""), spec, actor)
    rows = ordered(chosen.rows, column, descending, spec)
    asked = request.GET.get("export")
    if not spec.export_to(actor):
        if asked:
            raise DomainError(NOT_EXPORTED)
        spec = replace(spec, export_name="", blank="", printed=None)
    if asked == "blank" and spec.blank:
        return template_response(spec.blank, spec.columns, actor)
    if asked == "xlsx" and spec.export_name and (chosen.is_valid or _is_planning(request)):
        return _exported(request, spec, chosen, rows)
    if asked == "print" and spec.printed and (chosen.is_valid or _is_planning(request)):
        return _printed(request, spec, spec.printed, chosen)
    context: dict[str, Any] = {
        "spec": spec,
        "columns": on_screen(spec.columns, actor),
        "sorted_by": column,
        "descending": descending,
        "sort": request.GET.get("sort", "") if column else "",
        "measure": spec.measure,
        "acts": spec.acts(actor) if spec.acts else [],
        "batch": spec.batch(request) if spec.batch else None,
    }
    context |= _conditions(request, spec, chosen)
    if spec.summary:
        context |= spec.summary(rows, request)
    if spec.states:
        context |= _by_state(request, spec, rows, spec.states(actor))
    cap = None if context.get("is_counted_whole") else spec.count_cap
    paginator = CappedPaginator(rows, spec.per_page, cap, context.get("count"))
    context |= _page(request, spec, chosen, paginator)
    context["later"] = _later(request, spec, context["count"])
    context["nearest"] = None if context["count"] else _nearest(request, spec, context["chips"])
    return render(request, spec.template, context | extra)


def _is_planning(request: HttpRequest) -> bool:
    return getattr(request, "plans_sheet", False)


def _exported(request: HttpRequest, spec: ListSpec, chosen: Chosen, rows: QuerySet[Any]) -> HttpResponse:
    """Answer with the sheet; whoever writes long ones himself is told what is to be written."""
    columns: list[Column] = in_sheet(spec.columns, asker(request))
    sheet = Sheet(spec.export_name, columns, spec.export_rows(spec.shows(rows)), spec.measure, spec.export_above)
    if _is_planning(request):
        return Planned(sheet) if chosen.is_valid else Planned(None, _wrong(chosen.filterset.form))
    n = 0
    if LATER:
        n, found = _few(spec, chosen, rows, "表格在后台生成，请在列表页上点“导出”")
        sheet = replace(sheet, rows=spec.export_rows(spec.shows(found.order_by(*rows.query.order_by))))
    numbered_rows = numbered(sheet.rows.iterator(PIECE))
    answer: Any = sheet_response(request, sheet.title, sheet.columns, numbered_rows, sheet.above, n)
    return answer  # sent from a file: every caller hands it on as it is


def _few(spec: ListSpec, chosen: Chosen, rows: QuerySet[Any], later: str) -> tuple[int, QuerySet[Any]]:
    """Return how many rows, and they by key: with a dozen tables joined, PostgreSQL leaves the search for the end.

    Raises:
        DomainError: they are more than are written while one waits.
    """
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    if len(keys) > AT_ONCE:
        raise DomainError(f"超过 {AT_ONCE} {spec.measure}的{later}")
    return len(keys), chosen.all.filter(pk__in=keys)


def _printed(request: HttpRequest, spec: ListSpec, layout: Layout, chosen: Chosen) -> HttpResponse:
    """Answer with the sheet that is read on paper: the rows of the list, grouped, with what they were chosen by.

    Whoever writes long ones himself is told what is to be written.
    """
    title = f"{spec.export_name}（打印版）"
    rows = spec.export_rows(spec.shows(chosen.rows)).order_by(*layout.order)
    if not chosen.is_valid:
        return Planned(None, _wrong(chosen.filterset.form))
    around = _around(request, spec, chosen)
    if _is_planning(request):
        return Planned(Sheet(title, list(layout.columns), rows, spec.measure, paper=(layout, around)))
    if LATER:
        few = _few(spec, chosen, chosen.rows, "打印版在后台生成，请在列表页上点“打印版”")[1]
        rows = spec.export_rows(spec.shows(few)).order_by(*layout.order)
    found = list(rows)
    answer: Any = printed_response(request, title, layout, around, lambda: found, len(found))
    return answer  # sent from a file, as above


def _around(request: HttpRequest, spec: ListSpec, chosen: Chosen) -> Around:
    """Return what stands around the rows on paper: by what they were chosen, by whom, on which day."""
    post = asker(request).post
    today = timezone.localdate()
    return Around(
        title=spec.export_name,
        day=f"{today.year}年{today.month}月{today.day}日",
        scope="；".join(chip.label for chip in chips_of(request, chosen.words, chosen.filterset)) or "全部",
        author=f"{post.user.name}（{post.unit.short_name}）",
        measure=spec.measure,
    )


def _wrong(form: Any) -> str:
    """Return what cannot be read, in one line; the sentences of fields end with a full stop of their own."""
    return "；".join(
        f"{form.fields[name].label}：{errors[0].rstrip('。')}"
        for name, errors in form.errors.items()
        if name in form.fields
    )


def _later(request: HttpRequest, spec: ListSpec, count: int) -> dict[str, str]:
    """Return what the form sends that asks for a long sheet: where, which list, under which conditions."""
    if not (LATER and spec.export_name and count > AT_ONCE):
        return {}
    return {
        "url": address(LATER[0]),
        "list": signing.dumps(request.path, salt=EXPORTING),
        "query": query_with(request.GET, page=None)[1:],
    }


def _conditions(request: HttpRequest, spec: ListSpec, chosen: Chosen) -> dict[str, Any]:
    """Return what the filter row and the chips draw."""
    form: Any = chosen.filterset.form if chosen.filterset is not None else Form()
    fields = conditions_of(form)
    near = spec.conditions_at_once - bool(spec.search)
    return {
        "drawn_conditions": filter_row.draw(request, form, fields[:near], fields[near:]),
        "filterset": chosen.filterset,
        "words": chosen.words,
        "has_search": spec.search is not None,
        "is_valid": chosen.is_valid,
        "unread": "" if chosen.is_valid else _wrong(form),
        "conditions": fields[:near],
        "more_conditions": fields[near:],
        "chips": chips_of(request, chosen.words, chosen.filterset if chosen.is_valid else None),
    }


def _by_state(
    request: HttpRequest, spec: ListSpec, rows: QuerySet[Any], words: Sequence[tuple[str, Sequence[str]]]
) -> dict[str, Any]:
    """Count what is shown by state, each a link that keeps the other conditions; of very many only when asked for."""
    is_asked = request.GET.get("count") == "all"
    fields = ("state", spec.counted_beside) if spec.counted_beside else ("state",)
    each = count_by_each(rows, fields, None if is_asked else spec.count_cap)
    if each is None:
        url = query_with(request.GET, page=None, count="all")
        return {"count": (spec.count_cap or 0) + 1, "count_all_url": url}
    found: Counter[str] = Counter()
    for (state, *_), n in each.items():
        found[state] += n
    return {
        "count": found.total(),
        "is_counted_whole": True,
        "reconciled": spec.reconcile(each) if spec.reconcile else "",
        "by_state": [
            {"label": label, "n": n, "url": query_with(request.GET, page=None, state=states[0], count=None)}
            for label, states in words
            if (n := sum(found.get(state, 0) for state in states))
        ],
    }


def _page(request: HttpRequest, spec: ListSpec, chosen: Chosen, paginator: CappedPaginator) -> dict[str, Any]:
    """Return the rows of the page asked for, and what its foot says.

    First their keys, so that all rows are put in order by what they are ordered by alone; what a row shows is then
    joined and counted for 25.
    """
    page = paginator.get_page(min(_whole(request.GET.get("page")), paginator.num_pages))
    keys = _looked_for(request, spec, chosen, page) if paginator.is_capped and chosen.words else []
    if len(keys) < spec.per_page:
        piece: Any = page.object_list
        keys = list(piece.values_list("pk", flat=True))
    found = _shown(spec, chosen.all, keys, asker(request))
    return {
        "page": page,
        "rows": [found[key] for key in keys],
        "count": paginator.count,
        "is_capped": paginator.is_capped,
        "is_cut": paginator.is_cut,
        "pages": list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
        if paginator.num_pages > 1
        else [],
        "first": page.start_index(),
        "last": min(paginator.count, page.number * paginator.per_page),
    }


def _looked_for(request: HttpRequest, spec: ListSpec, chosen: Chosen, page: Any) -> list[int]:
    """Return the keys of a page of rows that hold a frequent word, as far as they are among the first of the list.

    The index would give all rows that hold it, to be put in order for the sake of 25. A page that is whole here is that
    page: what comes first among all comes first among the first.
    """
    at = page.start_index() - 1
    if spec.looks is None or request.GET.get("sort") or at >= FIRST_ROWS:
        return []
    actor = asker(request)
    first = spec.rows(actor).filter(pk__in=spec.rows(actor).order_by(*spec.order)[:FIRST_ROWS].values("pk"))
    found = spec.looks(first, chosen.words, actor)
    if chosen.filterset is not None:
        found = chosen.filterset.filter_queryset(found)
    return list(found.order_by(*spec.order).values_list("pk", flat=True)[at : at + spec.per_page])


def _shown(spec: ListSpec, rows: QuerySet[Any], keys: list[int], actor: Any) -> dict[int, Any]:
    """Return the rows of these keys with what they show."""
    if spec.reading is None:
        return spec.shows(rows).order_by().in_bulk(keys)
    return remembered.models_by_key((spec.title, spec.reading(actor)), lambda: spec.shows(rows), keys)


def _whole(text: str | None) -> int:
    try:
        return max(1, int(text or 1))
    except ValueError:
        return 1


def _nearest(request: HttpRequest, spec: ListSpec, chips: list[Chip]) -> dict[str, str] | None:
    """Return the one condition whose removal gives the fewest rows that are not none.

    docs/look.md, Empty: a filter without hits names the nearest hit.
    """
    found = [
        (n, chip) for chip in chips[:4] if (n := choose(request, spec, chip.params).rows.order_by("pk")[:1000].count())
    ]
    if len(chips) < 2 or not found:
        return None
    n, chip = min(found, key=lambda pair: pair[0])
    return {
        "text": f"去掉“{chip.label.strip('“”')}”，有 {n}{' 多' if n == 1000 else ''} {spec.measure}。",
        "url": chip.url,
        "action": f"去掉“{chip.label.strip('“”')}”",
    }
