"""Numbers, lines and bodies of tables as HTML, drawn in one piece: a template would ask anew at each of 400 cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.template.defaultfilters import floatformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ui.badges import link
from ui.templatetags.ui import rate

if TYPE_CHECKING:
    from dashboards.board.range import Number, Row, Shown
    from dashboards.declared.figure import Head

CELL = '<td data-label="{}" class="{}" data-qy-figure="{}" data-qy-line="{{}}" data-qy-column="{}">{{}}</td>'
SIDEWAYS = '<td data-qy-figure="{}" data-qy-line="{}" data-qy-column="{}">{}</td>'
METER = (
    '<td class="qy-wide"><svg class="qy-meter" aria-hidden="true" focusable="false">'
    '<rect class="bg" width="100%" height="8"/><rect class="{}" width="{}" height="8"/>{}</svg></td>'
)
MARK = '<line class="avg" x1="{}" x2="{}" y1="0" y2="8"/>'
METERS = format_html(
    '<th scope="col" class="qy-meter-col qy-wide"><span class="visually-hidden">{}</span></th>', "图示"
)
HEADING = '<th scope="col" class="{}"{}>{}</th>'
ABOUT = ' <a class="qy-small qy-about qy-noprint" href="{}"><span class="visually-hidden">{}的</span>{}</a>'
ORDER = '<a href="{}" title="按这一列排序">{}{}</a>'
ARROW = ' <span class="bi bi-arrow-{}" aria-hidden="true"></span>'
ASCENDING = format_html(ARROW, "up"), format_html(' aria-sort="{}"', "ascending")
DESCENDING = format_html(ARROW, "down"), format_html(' aria-sort="{}"', "descending")
BIG = '<a class="qy-big" href="{}">{}</a>'
NO_BIG = format_html('<span class="qy-big">{}</span>', "—")
GAUGE = (
    '<span class="qy-of">{}</span><svg class="qy-gauge" aria-hidden="true" focusable="false">'
    '<rect class="bg" x="0" y="7" width="100%" height="4"/>'
    '<rect class="pt" x="{}" y="2" width="3" height="14"/></svg>'
)
NO_METER = format_html('<td class="qy-wide">{}</td>', "")
NONE = format_html('<span class="qy-3">{}</span>', 0)
NOTHING = format_html("{}", "")


def fraction(number: Number) -> SafeString:
    """Draw a share as a fraction; both its numbers open their rows."""
    share = number.value
    upper = link(number.url, share.n) if number.url and share.n else share.n
    lower = link(number.url_of, share.of) if number.url_of and share.of else share.of
    return format_html("{}/{}", upper, lower)


def drawn(number: Number) -> SafeString:
    """Draw a number as it stands in a table; where it has rows, it opens them."""
    value, shape = number.value, number.shape
    if shape == "share":
        beside = format_html(' <span class="qy-of">{}</span>', fraction(number)) if value.of else NOTHING
        return format_html("{}{}", rate(value.rate), beside)
    if shape == "text" or value is None:
        return format_html("{}", "—" if value is None else value)
    if shape == "days":
        days = floatformat(value, "-1")
        return link(number.url, days) if number.url else format_html("{}", days)
    if not value:
        return NONE
    late = "qy-late" if number.cell.is_late else ""
    if number.url:
        return format_html('<a class="{}" href="{}">{}</a>', late, number.url, value)
    return format_html('<span class="{}">{}</span>', late, value)


def big(number: Number, url: str) -> SafeString:
    """Draw a number on top; of a share of few cases the fraction comes first (docs/look.md, principle 7)."""
    value, shape = number.value, number.shape
    if shape == "share":
        if value.is_few:
            rest = format_html(GAUGE, rate(value.rate), number.width)
            return format_html('<a class="qy-big" href="{}">{}/{}</a>{}', number.url, value.n, value.of, rest)
        if value.of:
            return format_html(BIG + '<span class="qy-of">{}</span>', number.url, rate(value.rate), fraction(number))
        return NO_BIG
    if shape == "days":
        days = "—" if value is None else floatformat(value, "-1")
        return format_html(BIG + '<span class="qy-of">日（中位数）</span>', url, days)
    return format_html(BIG, number.url, value)


def heads(shown: Shown) -> SafeString:
    """Draw the headings of a figure's table."""
    found = [format_html('<th scope="col">{}</th>', shown.table.label)]
    if shown.has_meters:
        found.append(METERS)
    for head in shown.table.heads:
        found.append(format_html(HEADING, _css(head), *_ordering(shown, head)))
        if head.kind == "share":
            found.append(format_html('<th scope="col" class="qy-r">{}</th>', head.fraction))
    return format_html_join("", "{}", zip(found))


def _ordering(shown: Shown, head: Head) -> tuple[SafeString, SafeString]:
    """Return how a column is ordered, and its label: where the lines can be put in its order, a link that does so."""
    if head.name not in shown.orders:
        return NOTHING, format_html("{}", head.label)
    by = {head.name: ASCENDING, f"-{head.name}": DESCENDING}.get(shown.order)
    arrow, mark = by or (NOTHING, NOTHING)
    return mark, format_html(ORDER, shown.orders[head.name], head.label, arrow)


def body(shown: Shown) -> SafeString:
    """Draw the lines of a figure's table."""
    cells = _cells(shown)
    return format_html_join("", "{}", ((_line(row, shown, cells, shown.mark),) for row in shown.rows))


def foot(shown: Shown) -> SafeString:
    """Draw the line of the whole."""
    return _line(shown.total, shown, _cells(shown), "") if shown.total else NOTHING


def sideways(head: Head, numbers: Iterable[Number]) -> SafeString:
    """Draw a column of a figure as a line; a share without its sign, which the line says once."""
    return format_html_join(
        "",
        SIDEWAYS,
        ((n.figure, n.line, n.head.name, n.points if head.kind == "share" else drawn(n)) for n in numbers),
    )


def _cells(shown: Shown) -> list[SafeString]:
    """Return the tags of each column, with places for the key of the line and what stands in it."""
    figure, found = shown.figure.name, []
    for head in shown.table.heads:
        if head.kind == "share":
            both = ((head.label, "qy-r", figure, head.name), ("分数", "qy-r", figure, f"{head.name}:fraction"))
            found.append(format_html_join("", CELL, both))
        else:
            found.append(format_html(CELL, head.label, _css(head), figure, head.name))
    return found


def _css(head: Head) -> str:
    return f"{'qy-col' if head.kind == 'text' else 'qy-r'}{' qy-wide' if head.wide else ''}"


def _line(row: Row, shown: Shown, cells: list[SafeString], mark: str) -> SafeString:
    line = row.line
    name = link(row.url, line.label) if row.url else format_html("{}", line.label)
    note = format_html(' <span class="qy-sub qy-noprint">{}</span>', line.note) if line.note else NOTHING
    if row.about and shown.figure.about:
        note = format_html(ABOUT, row.about, line.label, shown.figure.about[1])
    pieces = [format_html('<th scope="row">{}{}</th>', name, note)]
    if shown.has_meters:
        pieces.append(_meter(row, mark, is_late=shown.is_of_late and row is not shown.total))
    for pattern, number in zip(cells, row.numbers, strict=False):
        if number.head.kind == "share":
            pieces.append(format_html(pattern, line.key, rate(number.value.rate), line.key, fraction(number)))
        else:
            pieces.append(format_html(pattern, line.key, drawn(number)))
    return format_html("<tr>{}</tr>", format_html_join("", "{}", zip(pieces)))


def _meter(row: Row, mark: str, *, is_late: bool) -> SafeString:
    if not row.meter:
        return NO_METER
    stroke = format_html(MARK, mark, mark) if mark else NOTHING
    return format_html(METER, "bad" if is_late else "fg", row.meter, stroke)
