"""Reading a sheet by the names of its columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO, Any

from openpyxl.utils import get_column_letter

from ui.columns import Column, filled_in
from ui.errors import DomainError
from ui.sheets.declared import CellProblem, ReadSheet
from ui.sheets.opening import Grid, grids
from ui.sheets.writing import ILLEGAL

HELP = "【说明】"
HEADER_WITHIN = 10  # rows from the top in which the header is looked for: titles and notes stand above it
EXACT_DIGITS = 10**15  # a sheet keeps 15 digits: a longer number has lost its end


def read_sheet(file: IO[bytes], name: str, columns: Sequence[Column], actor: Any = None) -> ReadSheet:
    """Read an xlsx, xls or csv by the names of its columns, wherever they stand; the first sheet that has the header.

    Raises:
        DomainError: it is not such a file, it is too large, or its header cannot be found; nothing was read.
    """
    columns = filled_in(columns, actor)
    grid, begin, places = _found(file, name, columns)
    result = ReadSheet(unknown=_unknown(grid, begin, places))
    seen: dict[tuple[str, ...], int] = {}
    for n, line in enumerate(grid.rows[begin:], begin + 1):
        values = {
            c.name: line[places[c.name]] if c.name in places and places[c.name] < len(line) else "" for c in columns
        }
        cells = {key: _text(value) for key, value in values.items()}
        if not any(cells.values()) or any(text.startswith(HELP) for text in cells.values()):
            continue
        row = {"_row": n}
        for column in columns:
            place = places.get(column.name)
            where = f"{get_column_letter(place + 1)}{n}" if place is not None else f"{n} 行"
            row[column.name] = _cell(
                result, column, where, cells[column.name], values[column.name], where in grid.formulas
            )
        key = tuple(cells.values())
        if key in seen:
            result.problems.append(CellProblem(f"{n} 行", "整行", "", f"与第 {seen[key]} 行完全相同", "删去重复的一行"))
        seen.setdefault(key, n)
        result.rows.append(row)
    if not result.rows and not result.problems:
        raise DomainError(f"“{name}”里只有表头，没有内容。请从表头的下一行填起，存盘后重新选择。")
    return result


def _cell(result: ReadSheet, column: Column, where: str, text: str, value: Any, is_formula: bool) -> Any:
    if is_formula and text:
        result.notes.append(CellProblem(where, column.label, text[:40], "是公式", "收下的是最后一次算出的结果，请核对"))
    wrong = _unreadable(text, value, is_formula)
    if not wrong and not text and column.is_required:
        wrong = "没有填", column.help or "补上"
    if not wrong and text and column.choices:
        fitting = {_plain(choice): choice for choice in column.choices}
        if _plain(text) in fitting:
            text = fitting[_plain(text)]
        else:
            wrong = "不在可选的词里", f"填{'、'.join(column.choices)}之一"
    if not wrong:
        try:
            return column.parse(text)
        except ValueError as error:
            wrong = "读不出来", str(error)
    result.problems.append(CellProblem(where, column.label, text[:40], *wrong))
    return None


def _unreadable(text: str, value: Any, is_formula: bool) -> tuple[str, str] | None:
    """Return what is wrong with a cell whatever its column is, and how to mend it."""
    if is_formula and not text:
        return "是公式，没有存下结果", "改成文字或数字本身，或者用 Excel、WPS 重新存盘"
    if text.startswith("=") or ILLEGAL.search(text):
        return "是公式或含不可见字符", "改成文字或数字本身"
    if isinstance(value, float) and abs(value) >= EXACT_DIGITS:
        return "数字太长，表格已丢掉末几位", "把这一列设为文本格式，重新填写"
    return None


def _text(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value if value is not None else "").replace("\u3000", " ").replace("\xa0", " ").strip()


def _plain(text: Any) -> str:
    """Compare words without width, spaces, stars and the zero-width characters that copying brings along."""
    return re.sub(r"[\s*＊\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", str(text or "")))


def _found(file: IO[bytes], name: str, columns: Sequence[Column]) -> tuple[Grid, int, dict[str, int]]:
    wanted = {c.name for c in columns if c.is_required}
    nearest: set[str] = set()
    for grid in grids(file, name):
        for n in range(min(HEADER_WITHIN, len(grid.rows))):
            places, height, doubled = _header(grid.rows, n, columns)
            if len(places) >= min(2, len(columns)) and wanted <= places.keys():
                if doubled:
                    raise DomainError(f"“{name}”的{doubled}。请只留一列。")
                return grid, n + height, places
            nearest = max(nearest, set(places), key=len)
    missing = "、".join(c.label for c in columns if c.is_required and c.name not in nearest)
    if len(nearest) >= 2:
        raise DomainError(f"“{name}”的表头里缺少这几列：{missing}。请补上这几列，或者先下载空白模板，把内容粘进去。")
    raise DomainError(
        f"“{name}”前 {HEADER_WITHIN} 行里没有找到表头。表头要有这几列：{missing}。可以先下载空白模板，把内容粘进去。"
    )


def _header(rows: list[list[Any]], n: int, columns: Sequence[Column]) -> tuple[dict[str, int], int, str]:
    """Match one row, or two where a heading is merged over its parts.

    Return places by name, the header's height, and which name stands twice.
    """
    names = {_plain(label): c for c in columns for label in (c.label, *(c.edit.aliases if c.edit else ()))}
    places: dict[str, int] = {}
    height, doubled = 1, ""
    for step, line in enumerate(rows[n : n + 2]):
        for place, value in enumerate(line):
            column = names.get(_plain(value))
            if column is None:
                continue
            first = places.setdefault(column.name, place)
            if first == place:  # new here, or merged with the row above
                height = step + 1
            elif not step:
                both = f"{get_column_letter(first + 1)} 列和 {get_column_letter(place + 1)} 列"
                doubled = f"表头里“{column.label}”出现了两次（{both}）"
    return places, height, doubled


def _unknown(grid: Grid, begin: int, places: dict[str, int]) -> list[str]:
    heads = grid.rows[begin - 1]
    return [_text(value) for place, value in enumerate(heads) if _text(value) and place not in places.values()][:20]
