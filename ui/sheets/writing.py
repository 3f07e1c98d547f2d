"""Sheets are written row by row into an open zip, so that a download starts at once and needs no memory, however long it is.

Written here and not by openpyxl: of 100 000 rows openpyxl's write-only mode makes a file in about 25 s, which a page cannot wait for
(measured; this takes an eighth), and it can only be sent when it is finished.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from operator import itemgetter
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.http import StreamingHttpResponse
from django.utils import timezone

from ui.columns import Column, filled_in
from ui.readonly import reading

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # a text that begins so would be run as a formula (docs/domain/dictionaries.md 12.8)
LONGEST = 32_767  # characters a cell can hold
EXACT = 10**15  # a longer number would lose its last digits
EPOCH = date(1899, 12, 30)
HEAD, TEXT, QUOTED, DAY, MOMENT = 1, 2, 3, 4, 5  # which of _STYLES' cellXfs

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFEBF1F9"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6">'
    '<xf><alignment vertical="top"/></xf><xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>'
    '<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf quotePrefix="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="164" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>'
    '<xf numFmtId="165" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def letters(n: int) -> str:
    """Return a column's letters: 1 → A, 27 → AA."""
    found = ""
    while n:
        n, rest = divmod(n - 1, 26)
        found = chr(65 + rest) + found
    return found


def cell_xml(place: str, value: Any) -> str:
    """Return one cell: dates stay dates, numbers numbers; a text loses what XML cannot hold and never becomes a formula."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        value = "是" if value else "否"
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f'<c r="{place}" s="{MOMENT}"><v>{(local.date() - EPOCH).days + (local.hour * 60 + local.minute) / 1440:.9f}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{DAY}"><v>{(value - EPOCH).days}</v></c>'
    if isinstance(value, int | float | Decimal) and isfinite(value) and -EXACT < value < EXACT:
        return f'<c r="{place}"><v>{value}</v></c>'
    text = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    text = ILLEGAL.sub("", text)[:LONGEST]
    return _text_xml(place, text, QUOTED if text.startswith(FORMULA) else TEXT)


def _text_xml(place: str, text: str, style: int) -> str:
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


class _Chunks:
    """What the zip wrote since it was last asked; it cannot seek, so the zip writes sizes after each member."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        data, self.held = b"".join(self.held), []
        return data


def stream_sheet(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    progress: Callable[[int], None] | None = None,
    rules: str = "",
) -> Iterator[bytes]:
    """Write one sheet and yield it piece by piece; `progress` is told the number of rows written.

    Args:
        rules: XML of data validations, between the filter and the page setup.
    """
    out = _Chunks()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        for name, text in _parts(title, columns):
            packed.writestr(name, text)
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_head(columns).encode())
            places = [letters(n) for n in range(1, len(columns) + 1)]
            n = 1
            for n, row in enumerate(rows, 2):
                cells = "".join(
                    cell_xml(f"{place}{n}", column.get(row)) for place, column in zip(places, columns, strict=True)
                )
                sheet.write(f'<row r="{n}">{cells}</row>'.encode())
                if n % 200 == 0:
                    if progress:
                        progress(n - 1)
                    if data := out.taken():
                        yield data
            sheet.write(
                f'</sheetData><autoFilter ref="A1:{places[-1]}{n}"/>{rules}<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
                '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'.encode()
            )
    yield out.taken()


def _parts(title: str, columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
    name = escape(re.sub(r"[\\/*?:\[\]']", "-", ILLEGAL.sub("", title))[:31] or "Sheet1", {'"': "&quot;"})
    yield "[Content_Types].xml", _TYPES
    yield (
        "_rels/.rels",
        _LINKS.format(f'<Relationship Id="rId1" Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/>'),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _LINKS.format(
            f'<Relationship Id="rId1" Type="{_LINK}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_LINK}/styles" Target="styles.xml"/>'
        ),
    )
    yield (
        "xl/workbook.xml",
        (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets>'
            f'<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">\'{name}\'!$1:$1</definedName></definedNames></workbook>'
        ),
    )
    yield "xl/styles.xml", _STYLES


def _head(columns: Sequence[Column]) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{column.width}" customWidth="1"/>' for n, column in enumerate(columns, 1)
    )
    heads = "".join(
        _text_xml(f"{letters(n)}1", ILLEGAL.sub("", column.label), HEAD) for n, column in enumerate(columns, 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{widths}</cols><sheetData><row r="1">{heads}</row>'
    )


def write_sheet(
    title: str, columns: Sequence[Column], rows: Iterable[Any], progress: Callable[[int], None] | None = None
) -> bytes:
    """Write one sheet and return the whole file."""
    return b"".join(stream_sheet(title, columns, rows, progress))


def attachment_header(name: str) -> str:
    """Return a Content-Disposition that carries a Chinese name (RFC 5987)."""
    ascii_name = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def sheet_response(name: str, columns: Sequence[Column], rows: Any) -> StreamingHttpResponse:
    """Answer with a sheet of exactly these rows, read from one snapshot while it is sent; who breaks off the download ends the reading."""

    def pieces() -> Iterator[bytes]:
        with reading():
            found = rows.iterator(2000) if hasattr(rows, "iterator") else rows
            yield from stream_sheet(name, columns, found)

    response = StreamingHttpResponse(pieces(), content_type=XLSX)
    response["Content-Disposition"] = attachment_header(f"{name}_{timezone.localdate():%Y%m%d}.xlsx")
    return response


def write_template(title: str, columns: Sequence[Column], actor: Any = None) -> bytes:
    """Write a blank sheet: header, a second row that says what each column wants (skipped on reading), lists where words are fixed."""
    columns = filled_in(columns, actor)
    shown = [Column(c.name, c.label + ("*" if c.is_required else ""), itemgetter(c.name), width=18) for c in columns]
    helps = {
        c.name: f"【说明】{c.help or '、'.join(c.choices) or ('必填' if c.is_required else '选填')}" for c in columns
    }
    lists = [_list_rule(letters(n), ",".join(c.choices)) for n, c in enumerate(columns, 1) if _fits_a_list(c.choices)]
    rules = f'<dataValidations count="{len(lists)}">{"".join(lists)}</dataValidations>' if lists else ""
    return b"".join(stream_sheet(title, shown, [helps], rules=rules))


def _fits_a_list(choices: Sequence[str]) -> bool:
    """A list in a sheet holds 255 characters and is parted by commas."""
    return bool(choices) and len(",".join(choices)) <= 255 and not re.search('[,"]', "".join(choices))


def _list_rule(place: str, words: str) -> str:
    return f'<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="{place}3:{place}5002"><formula1>"{escape(words)}"</formula1></dataValidation>'
