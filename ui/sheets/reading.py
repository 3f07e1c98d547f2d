"""Reading a sheet by the names of its columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from datetime import date
from typing import IO, Any, NamedTuple

from django.conf import settings
from openpyxl.utils import get_column_letter

from ui.columns import Column, filled_in
from ui.errors import DomainError
from ui.hostile import asking
from ui.hostile.opening import Grid
from ui.hostile.packages import Marks
from ui.sheets.declared import CellProblem, ReadSheet
from ui.texts import INVISIBLE, clean_text

HELP = "【说明】"
HEADER_WITHIN = 10  # rows from the top in which the header is looked for: titles and notes stand above it
LEVELS = 3  # rows of a heading whose parts are parted further
MOST_UNKNOWN = 20
READER = "ui.hostile.opening"
MOST_SAID = 32 * 1024 * 1024  # bytes of all sheets together
EXACT_DIGITS = 10**15  # a sheet keeps 15 digits: a longer number has lost its end


BETWEEN_EPOCHS = 1_462  # days between the two beginnings that sheets count from
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!"})


def read_sheet(file: IO[bytes], name: str, columns: Sequence[Column], actor: Any = None) -> ReadSheet:
    """Read an xlsx, xls or csv by the names of its columns, wherever they stand; the first sheet that has the header.

    Raises:
        DomainError: it is not such a file, it is too large, or its header cannot be found; nothing was read.
    """
    columns = filled_in(columns, actor)
    grid, begin, places = _found(file, name, columns)
    result = ReadSheet(unknown=_unknown(grid, begin, places))
    seen: dict[tuple[str, ...], int] = {}
    for n, line in enumerate(grid.rows[begin.end :], begin.end + 1):
        cells = [_the_cell(grid, column, places.get(column.name), n, line) for column in columns]
        if not any(cell.text for cell in cells) or _is_help(cells):
            continue
        row: dict[str, Any] = {"_row": n}
        for cell in cells:
            row[cell.column.name] = _value(result, cell)
        key = tuple(cell.text for cell in cells)
        if key in seen:
            result.problems.append(CellProblem(f"{n} 行", "整行", "", f"与第 {seen[key]} 行完全相同", "删去重复的一行"))
        seen.setdefault(key, n)
        result.rows.append(row)
    if not result.rows and not result.problems:
        raise DomainError(f"“{name}”里只有表头，没有内容。请从表头的下一行填起，存盘后重新选择。")
    _note_hidden(result, grid, places)
    return result


class _Cell(NamedTuple):
    """A cell as it stands in the sheet, and its text as it is read."""

    column: Column
    where: str
    value: Any
    text: str
    is_formula: bool
    counts_from_1904: bool


class _Header(NamedTuple):
    """The rows of a header, from 0: the first, and the first after it."""

    start: int
    end: int


def _the_cell(grid: Grid, column: Column, place: int | None, n: int, line: list[Any]) -> _Cell:
    where = f"{get_column_letter(place + 1)}{n}" if place is not None else f"{n} 行"
    value = line[place] if place is not None and place < len(line) else ""
    is_formula = where in grid.marks.formulas
    return _Cell(column, where, value, clean_text(_text(value)), is_formula, grid.marks.counts_from_1904)


def _is_help(cells: list[_Cell]) -> bool:
    """Say whether this is the row of the template that says what to write: it stands in every column."""
    return all(cell.text.startswith(HELP) for cell in cells if cell.text or cell.column.is_required)


def _note_hidden(result: ReadSheet, grid: Grid, places: dict[str, int]) -> None:
    """Say which of what was read nobody sees in the sheet."""
    read = {f"{row['_row']} 行" for row in result.rows} | {f"{get_column_letter(n + 1)} 列" for n in places.values()}
    result.notes += [
        CellProblem(
            hidden, "整行" if hidden.endswith("行") else "整列", "", "在表里是隐藏的，也读了", "不要的删去后重新选择"
        )
        for hidden in grid.marks.hidden
        if hidden in read
    ]


def _value(result: ReadSheet, cell: _Cell) -> Any:
    column, text = cell.column, cell.text

    def note(problem: str, mend: str) -> None:
        result.notes.append(CellProblem(cell.where, column.label, text[:40], problem, mend))

    if cell.is_formula and text:
        note("是公式", "收下的是最后一次算出的结果，请核对")
    if INVISIBLE.search(_text(cell.value)):
        note("有看不见的字符", "已经去掉，不用改")
    wrong, text = _unreadable(cell), "" if column.says_nothing(text) else text
    if not wrong and not text and column.is_required:
        wrong = "没有填", column.how
    if not wrong and text and column.choices:
        fitting = {_plain(choice): choice for choice in column.choices}
        if _plain(text) in fitting:
            text = fitting[_plain(text)]
        else:
            wrong = "不在可选的词里", f"填{'、'.join(column.choices)}之一"
    if not wrong:
        try:
            return _parsed(cell, text)
        except ValueError as error:
            wrong = "读不出来", str(error)
    result.problems.append(CellProblem(cell.where, column.label, cell.text[:40], *wrong))
    return None


def _parsed(cell: _Cell, text: str) -> Any:
    """Return the value of a text; a bare number that is a day is counted from where its book counts."""
    if cell.counts_from_1904 and isinstance(cell.value, int | float):  # a whole number, as an old book holds it
        with suppress(ValueError):
            found = cell.column.parse(str(int(cell.value) + BETWEEN_EPOCHS))
            if isinstance(found, date):
                return found
    return cell.column.parse(text)


def _unreadable(cell: _Cell) -> tuple[str, str] | None:
    """Return what is wrong with a cell whatever its column is, and how to mend it."""
    text, value = cell.text, cell.value
    if text.upper() in ERRORS:
        return f"是错误值 {text}，没有内容", "改成文字或数字本身；确实没有的，把这一格清空"
    if cell.is_formula and not text:
        return "是公式，没有存下结果", "改成文字或数字本身，或者用 Excel、WPS 重新存盘"
    if text.startswith("="):
        return "是公式", "改成文字或数字本身"
    if isinstance(value, float) and abs(value) >= EXACT_DIGITS:
        return "数字太长，表格已丢掉末几位", "把这一列设为文本格式，重新填写"
    return None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value if value is not None else "")


def _plain(text: Any) -> str:
    """Compare words without width, spaces, stars and the invisible characters that copying brings along."""
    return re.sub(r"[\s*＊]", "", unicodedata.normalize("NFKC", clean_text(str(text or ""))))


def _grids(file: IO[bytes], name: str) -> Generator[Grid]:
    """Give the sheets of a file one by one, as the child process reads them: the web process parses nothing."""
    try:
        with asking.answers(
            READER, file, seconds=settings.SHEET_CPU_SECONDS, most_said=MOST_SAID, name=name
        ) as answers:
            for found in answers:
                if "unfit" in found:
                    raise DomainError(found["unfit"])
                if "rows" in found:
                    marks = Marks(set(found["formulas"]), {}, found["hidden"], found["counts_from_1904"])
                    yield Grid(found["rows"], marks)
    except asking.BusyError as busy:
        raise DomainError("正在检查的文件较多，没有收下。请过一会儿再提交。") from busy
    except asking.BeyondError as beyond:
        raise DomainError(
            f"“{name}”的内容过于复杂，在限定的时间和内存内没有读完，没有收下。"
            "请只保留要导入的工作表，另存为新的 xlsx，或者分成几份。"
        ) from beyond


def _found(file: IO[bytes], name: str, columns: Sequence[Column]) -> tuple[Grid, _Header, dict[str, int]]:
    """Return the first sheet with a header that names what must be there, and of its rows those that name the most.

    A title above a heading of two levels would else be taken for the upper of them.
    """
    wanted = {c.name for c in columns if c.is_required}
    nearest: set[str] = set()
    with closing(_grids(file, name)) as sheets:  # the first that fits is the last that is read
        for grid in sheets:
            found = [_header(grid.rows, n, columns) for n in range(min(HEADER_WITHIN, len(grid.rows)))]
            fitting = [one for one in found if len(one[1]) >= min(2, len(columns)) and wanted <= one[1].keys()]
            if fitting:
                rows, places, doubled = max(fitting, key=lambda one: (len(one[1]), -one[0].start))
                if doubled:
                    raise DomainError(f"“{name}”的{doubled}。请只留一列。")
                return grid, rows, places
            nearest = max([nearest, *(set(places) for _, places, _ in found)], key=len)
    missing = "、".join(c.label for c in columns if c.is_required and c.name not in nearest)
    if len(nearest) >= 2:
        raise DomainError(f"“{name}”的表头里缺少这几列：{missing}。请补上这几列，或者先下载空白模板，把内容粘进去。")
    raise DomainError(
        f"“{name}”前 {HEADER_WITHIN} 行里没有找到表头。表头要有这几列：{missing}。可以先下载空白模板，把内容粘进去。"
    )


def _header(rows: list[list[Any]], n: int, columns: Sequence[Column]) -> tuple[_Header, dict[str, int], str]:
    """Match one row that names columns, and those below it in which a heading is parted further, or merged with it.

    Return the rows of the header, places by name, and which name stands twice.
    """
    names = {_plain(label): c for c in columns for label in (c.label, *(c.edit.aliases if c.edit else ()))}
    places: dict[str, int] = {}
    doubled = ""
    for step, line in enumerate(rows[n : n + LEVELS]):
        here = [(place, names[_plain(value)]) for place, value in enumerate(line) if _plain(value) in names]
        heads = {place for place, _ in here}
        if not here or any(
            place not in heads and place < len(line) and _text(line[place]) for place in places.values()
        ):
            return _Header(n, n + step), places, doubled  # what stands below a heading is no heading: a row
        for place, column in here:
            first = places.setdefault(column.name, place)
            if first != place:
                both = f"{get_column_letter(first + 1)} 列和 {get_column_letter(place + 1)} 列"
                doubled = f"表头里“{column.label}”出现了两次（{both}）"
    return _Header(n, min(n + LEVELS, len(rows))), places, doubled


def _unknown(grid: Grid, header: _Header, places: dict[str, int]) -> list[str]:
    """Return the headings of columns that are not read, the lowest of each column."""
    below: dict[int, str] = {}
    for line in grid.rows[header.start : header.end]:
        below |= {place: clean_text(_text(value)) for place, value in enumerate(line) if clean_text(_text(value))}
    return [below[place] for place in sorted(below) if place not in places.values()][:MOST_UNKNOWN]
