"""The rows of a list's table, drawn in one piece: a template would ask anew at each of hundreds of cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ui.columns import Column

if TYPE_CHECKING:
    from ui.lists import ListSpec

LONG = ' title="{}"'
PICK = (
    '<td class="qy-check qy-pin">'
    '<input class="form-check-input" type="checkbox" name="{}" value="{}" aria-label="选 {}" data-qy-pick></td>'
)


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
    marks = {
        "qy-col": n == 1,
        "qy-r": column.kind == "number",
        "qy-wide": column.wide,
        "qy-inl": column.inline,
        "qy-long": column.long,
    }
    css = " ".join(name for name, on in marks.items() if on)
    return f'<td data-label="{column.short}" class="{css}"{LONG if column.long else ""}>{{}}</td>'


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
