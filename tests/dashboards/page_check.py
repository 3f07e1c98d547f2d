"""The page beside the oracle: every number, its rows, its sheet, its drawing.

Each check raises AssertionError naming what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.dashboards import oracle_figures as should
from tests.dashboards.oracle import Ask, Expected, Line, Share, Trail, share_text
from tests.dashboards.oracle_board import on_board
from tests.dashboards.page_reader import Board, Number, Reader, Table

Way = tuple[str, str, list[int]]  # (where it stands, address, the rows expected there)


def check_number(where: str, number: Number, value: Any, *, opens: bool = True) -> Iterator[Way]:
    """Compare one number with what it should be, and yield where it should lead."""
    if isinstance(value, Share):
        sizes = (len(value.n), len(value.of))
        assert number.said == sizes or (not value.of and number.said is None), (where, number, sizes)
        assert number.said is None or number.rate == share_text(*sizes), (where, number, sizes)
        wanted = [rows for rows in value if rows]
    elif isinstance(value, list):
        assert number.said == len(value), (where, number, value)
        wanted = [value] if value or number.ways else []  # a naught may lead to its empty list
    else:
        assert number.said == written(value), (where, number, value)
        return
    wanted = wanted if opens else []
    assert len(number.ways) == len(wanted), (where, number, wanted)
    yield from ((where, way, rows) for way, rows in zip(number.ways, wanted, strict=True))


def written(value: Any) -> Any:
    """A number as it is shown: at most one decimal, half up."""
    if isinstance(value, float):
        return float(Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP))
    return value


def check_table(name: str, table: Table, expected: Expected) -> list[Way]:
    """Compare a whole table; return all ways that lead out of it."""
    assert table.labels == [line.label for line in expected.lines], (name, table.labels)
    lines = [(line, table.lines[line.label]) for line in expected.lines]
    assert (table.total is None) == (expected.total is None), name
    if table.total is not None and expected.total is not None:
        lines.append((Line("合计", expected.total), table.total))
    found: list[Way] = []
    for line, numbers in lines:
        assert list(numbers) == list(line.cells), (name, line.label, list(numbers))
        for column, value in line.cells.items():
            found += check_number(f"{name} · {line.label} · {column}", numbers[column], value, opens=line.opens)
    return found


def sheet_of(expected: Expected) -> list[list[Any]]:
    """Return what the sheet should hold below its heads: a share as rate, upper and lower number."""
    cells = [line.cells for line in expected.lines]
    shares = {name for line in cells for name, value in line.items() if isinstance(value, Share)}

    def flat(label: str | None, line: dict[str, Any]) -> list[Any]:
        row: list[Any] = [label]
        for name, value in line.items():
            if isinstance(value, Share):
                n, of = len(value.n), len(value.of)
                row += [round(100 * n / of, 1) if of else None, n, of]
            else:
                plain = len(value) if isinstance(value, list) else value
                row += [plain, None, None] if name in shares else [plain]
        return [None if value == "" else value for value in row]

    return [flat(line.label, line.cells) for line in expected.lines] + (
        [flat(None, expected.total)] if expected.total is not None else []
    )


def check_sheet(reader: Reader, trail: Trail, name: str, ask: Ask) -> None:
    found, wanted = reader.sheet(name, ask.query), sheet_of(should.FIGURES[name](trail, ask))
    if should.FIGURES[name](trail, ask).total is not None:
        found[-1][0] = None  # how the total is called is not our matter here
    assert found[1:] == wanted, (name, ask, found, wanted)


def check_figure(reader: Reader, trail: Trail, name: str, ask: Ask) -> list[Way]:
    """Compare a figure's own page, table and drawing; return all ways out of it."""
    table, chart = reader.figure(name, ask.query)
    assert chart == should.chart(trail, name, ask), (name, ask, chart)
    return check_table(f"{name} {ask}", table, should.FIGURES[name](trail, ask))


def check_rows(reader: Reader, ways: list[Way]) -> None:
    """Follow ways: as many rows as the number says, and those very ones."""
    for where, way, wanted in ways:
        rows = reader.rows(way)
        assert (rows.count, sorted(rows.cards)) == (len(wanted), wanted), (where, way, rows)


# ---------- the page of all figures ----------


def heads(trail: Trail, ask: Ask) -> dict[str, Any]:
    """Return the headlines, each from the definition of its figure."""
    cards = list(trail.cards(ask))
    found: dict[str, Any] = {
        "销号率": should.closure(cards),
        "按期率": should.on_time_rate(trail, ask).lines[0].cells["按期率"],
        "整改逾期未销号": should.overdue(cards, ask.on),
        "回头看巩固": should.look_back(trail, ask).lines[6].cells["次"],
        "整改完成率": should.completion(cards),
        "15 个工作日内到期": should.due_in_15_days(trail, ask).lines[0].cells["个"],
        "销号用时": should.middle(should.used(cards)),
        "线索办结": (should.clues_done(trail, ask).total or {})["办结率"],
    }
    return found


def check_board(reader: Reader, trail: Trail, ask: Ask) -> list[Way]:
    """Everything on the page of all figures; return all ways out of its tables."""
    board = reader.board(ask.query)
    check_heads(board, trail, ask)
    wanted = on_board(trail, ask)
    assert sorted(board.tables) == sorted(wanted), (ask, sorted(board.tables))
    return [
        way
        for name, table in board.tables.items()
        for way in check_table(f"board · {name} · {ask}", table, wanted[name])
    ]


def check_heads(board: Board, trail: Trail, ask: Ask) -> list[Way]:
    """Check the headlines, the line below each, the title, the longest overdue and the drawing.

    Return the ways of the headlines.
    """
    wanted = heads(trail, ask)
    assert list(board.heads) == list(wanted)
    ways: list[Way] = []
    for name, value in wanted.items():
        number = board.heads[name]
        rows = value.n if isinstance(value, Share) else value
        if isinstance(rows, list) and (rows or number.ways):
            ways.append((f"{name} {ask}", number.ways[0], rows))
        if isinstance(value, Share):
            assert number.said == ((len(value.n), len(value.of)) if value.of else None), (name, ask, number, value)
            assert not value.of or number.rate == share_text(len(value.n), len(value.of)), (name, ask, number)
        else:
            assert number.said == (len(value) if isinstance(value, list) else written(value)), (
                name,
                ask,
                number,
                value,
            )
    for name, said in notes(trail, ask).items():
        for words in said:
            assert "".join(words.split()) in board.notes[name], (name, ask, words, board.notes[name])
    assert board.chart == should.chart(trail, "trend", ask), (ask, board.chart)
    assert board.longest == should.longest(trail, ask), (ask, board.longest)
    check_title(board.title, trail, ask)
    return ways


def check_title(title: str, trail: Trail, ask: Ask) -> None:
    cards = list(trail.cards(ask))
    share, late = should.closure(cards), should.overdue(cards, ask.on)
    if cards:
        told = [
            f"应整改 {len(share.of)} 个问题",
            f"已销号 {len(share.n)} 个",
            f"还有 {len(late)} 个整改逾期" if late else "没有整改逾期的",
        ]
    else:
        told = ["还没有反馈的问题"]
    assert all(words in title for words in told), (ask, title, told)


def notes(trail: Trail, ask: Ask) -> dict[str, list[str]]:
    """Return what the lines below the headlines must say."""
    now, end = list(trail.cards(ask)), should.last_month_end(ask.on)
    before = list(trail.cards(ask, end))
    share, past, late = should.closure(now), should.closure(before), should.overdue(now, ask.on)
    said = {
        "销号率": [f"分母：反馈 {len(now)}，减长期坚持、中止和撤销的 {len(now) - len(share.of)}"],
        "整改逾期未销号": [],
    }
    if share.of and past.of:
        change = _points(share) - _points(past)
        said["销号率"].append(f"比 {end.month} 月末 {_signed(change)} 个百分点")
    if late:
        counties = sum(trail.units.is_county(card.unit) for card in now if card.late(ask.on))
        said["整改逾期未销号"].append(f"{counties} 个在县（区），{len(late) - counties} 个在市直部门")
    if before:
        more = len(late) - len(should.overdue(before, end))
        told = f"多 {more} 个" if more > 0 else f"少 {-more} 个" if more else "没有增减"
        said["整改逾期未销号"].append(f"比 {end.month} 月末{told}")
    found = should.look_back(trail, ask)
    n, relapsed = found.lines[5].cells["次"], found.lines[7].cells["次"]
    said["回头看巩固"] = [f"核查 {len(n)}，反弹 {len(relapsed.n)}"] if n else ["还没有核查过的回头看"]
    return said


def _points(share: Share) -> Decimal:
    return Decimal(share_text(len(share.n), len(share.of)).removesuffix("%"))


def _signed(change: Decimal) -> str:
    return f"{change:+.1f}" if change else "0.0"


def look(reader: Reader, trail: Trail, ask: Ask, pages: tuple[str, ...], *, follow: bool) -> None:
    """Compare the pages that are named with the oracle."""
    for page in pages:
        ways = check_board(reader, trail, ask) if page == "board" else check_figure(reader, trail, page, ask)
        check_rows(reader, ways if follow else [])
