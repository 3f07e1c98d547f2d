"""The heads and rows of a list's table, drawn in one piece: a template would ask anew at each of hundreds of cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ui.addresses import query_with
from ui.columns import Column

if TYPE_CHECKING:
    from ui.lists import ListSpec

LONG = ' title="{}"'
PICK = (
    '<td class="qy-check qy-pin">'
    '<input class="form-check-input" type="checkbox" name="{}" value="{}" aria-label="选 {}" data-qy-pick></td>'
)
ARROW = ' <span class="bi bi-arrow-{}" aria-hidden="true"></span>'


def draw_heads(columns: Sequence[Column], by: Column | None, descending: bool, query: QueryDict) -> SafeString:
    """Return the `<th>` of all columns.

    One that can be put in order leads to the address that does so, or turns it round where it is so already.

    Args:
        by: the column by which the list is in order, where it was asked for.
    """
    drawn = []
    for n, column in enumerate(columns):
        is_by = column == by
        shown: Any = column.label
        if column.sort:
            url = query_with(query, sort=f"{'-' if is_by and not descending else ''}{column.name}", page=None)
            arrow = format_html(ARROW, "down" if descending else "up") if is_by else ""
            shown = format_html('<a href="{}">{}{}</a>', url, column.label, arrow)
        sorted_so = format_html(' aria-sort="{}ending"', "desc" if descending else "asc") if is_by else ""
        css = _css(column, n) - {"qy-inl", "qy-long"}
        drawn.append((" ".join(sorted(css)), sorted_so, shown))
    return format_html_join("", '<th scope="col" class="{}"{}>{}</th>', drawn)


def draw_rows(rows: Iterable[Any], columns: Sequence[Column], spec: ListSpec, actor: Any, *, pick: str) -> SafeString:
    """Return the `<tr>` of all rows: what is the same in each is put together once.

    Args:
        pick: the name of the boxes by which rows are ticked; without one there are none.
    """
    pattern = f"<tr>{PICK if pick else ''}{''.join(_around(column, n) for n, column in enumerate(columns))}</tr>"
    return format_html_join("", pattern, (_values(row, columns, spec, actor, pick) for row in rows))


def _around(column: Column, n: int) -> str:
    """Return the tag of a column's cells, with places for what `_values` gives."""
    if column.is_title:
        return '<th scope="row" class="qy-edge">{}</th>'
    css = " ".join(sorted(_css(column, n)))
    return f'<td data-label="{column.short}" class="{css}"{LONG if column.long else ""}>{{}}</td>'


def _css(column: Column, n: int) -> set[str]:
    """Return the classes of the cells of a column, and of its head: the first is pinned, the second follows it."""
    if column.is_title:
        return {"qy-pin", "qy-edge"}
    marks = {
        "qy-col": n == 1,
        "qy-r": column.kind == "number",
        "qy-wide": column.wide,
        "qy-inl": column.inline,
        "qy-long": column.long,
    }
    return {name for name, is_on in marks.items() if is_on}


def _values(row: Any, columns: Sequence[Column], spec: ListSpec, actor: Any, pick: str) -> list[Any]:
    called = next((column.words(row) for column in columns if column.is_title), row)
    found = [pick, row.pk, called] if pick else []
    for column in columns:
        shown = column.cell(row, actor) if column.cell else column.words(row)
        if column.long:
            found.append(column.words(row) if column.cell else shown)
        found.append(
            format_html('<a class="qy-t" href="{}">{}</a>', spec.row_url(row), shown)
            if column.is_title and not column.cell
            else shown
        )
    return found
