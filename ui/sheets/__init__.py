"""Sheets: written with dates as dates and hostile text as text; read by the names of columns, wherever they stand."""

from ui.hostile.opening import MOST_BYTES
from ui.hostile.packages import MOST_ROWS
from ui.sheets.declared import CellProblem, ReadSheet, number, optional, parse_day, yes_no
from ui.sheets.printed import Around, Layout, printed_response, save_printed
from ui.sheets.reading import read_sheet
from ui.sheets.writing import (
    XLSX,
    Above,
    attachment_header,
    dated,
    marked,
    save_sheet,
    sheet_response,
    template_response,
    write_sheet,
    write_template,
)

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "XLSX",
    "Above",
    "Around",
    "CellProblem",
    "Layout",
    "ReadSheet",
    "attachment_header",
    "dated",
    "marked",
    "number",
    "optional",
    "parse_day",
    "printed_response",
    "read_sheet",
    "save_printed",
    "save_sheet",
    "sheet_response",
    "template_response",
    "write_sheet",
    "write_template",
    "yes_no",
]  # fmt: skip
