"""The rows of a list's table, drawn in one piece: there are hundreds of cells, and a template would ask its questions anew at each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from ui.columns import Column
from ui.days import monthday

if TYPE_CHECKING:
    from ui.lists import ListSpec

LINK = '<a class="qy-t" href="{}">{}</a>'
PICK = '<td class="qy-check qy-pin"><input class="form-check-input" type="checkbox" name="case" value="{}" aria-label="选 {}" data-qy-pick></td>'


def _opening(column: Column, n: int) -> SafeString:
    """Return the tag before the cells of a column but its title, which stands at the long ones."""
    marks = {"qy-col": n == 1, "qy-r": column.kind == "number", "qy-wide": column.wide, "qy-inl": column.inline, "qy-long": column.long}
    css = " ".join(name for name, on in marks.items() if on)
    return format_html('<td data-label="{}" class="{}"', column.short, css)


def shown(column: Column, row: Any, actor: Any) -> str:
    """Return what a cell shows, safe to stand in a page."""
    if column.cell is not None:
        return column.cell(row, actor)
    value = column.value(row)
    return conditional_escape(monthday(value) if column.kind == "date" else "—" if value is None or value == "" else value)


def draw_rows(rows: Iterable[Any], columns: Sequence[Column], spec: ListSpec, actor: Any, *, can_pick: bool) -> SafeString:
    """Return the `<tr>` of all rows."""
    openings = [_opening(column, n) for n, column in enumerate(columns)]
    pieces: list[str] = []
    for row in rows:
        pieces.append("<tr>")
        if can_pick:
            pieces.append(format_html(PICK, row.pk, row))
        for column, opening in zip(columns, openings, strict=True):
            text = shown(column, row, actor)
            if column.is_title:
                pieces.append(format_html('<th scope="row" class="qy-edge">{}</th>', text if column.cell is not None else format_html(LINK, spec.row_url(row), text)))
            else:
                whole = format_html(' title="{}"', column.value(row)) if column.long else ""
                pieces.append(format_html("{}{}>{}</td>", opening, whole, text))
        pieces.append("</tr>")
    return SafeString("".join(pieces))
