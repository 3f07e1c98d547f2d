"""The page beside the oracle: every number, its rows, its sheet, its drawing.

Each check raises AssertionError naming what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.dashboards import oracle_compare as two_days
from tests.dashboards import oracle_figures as should
from tests.dashboards.oracle import TICKING, Ask, Expected, Line, Share, Trail, pks, share_text
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

    return [flat(line.full or line.label, line.cells) for line in expected.lines] + (
        [flat(None, expected.total)] if expected.total is not None else []
    )


def check_sheet(reader: Reader, trail: Trail, name: str, ask: Ask) -> None:
    sheet, wanted = reader.sheet(name, ask.query), sheet_of(should.FIGURES[name](trail, ask))
    (_, *_), (scope, *_), (counting, *_), heads, *found = sheet
    assert f"截至 {ask.on:%Y-%m-%d}" in scope, (name, ask, scope)
    assert (ask.lead == "") == ("只计牵头单位" in counting), (name, ask, counting)
    assert not {"分子", "分母"} & {str(head) for head in heads}, (name, heads)
    if should.FIGURES[name](trail, ask).total is not None:
        found[-1][0] = None  # how the total is called is not our matter here
    assert found == wanted, (name, ask, found, wanted)


def check_figure(reader: Reader, trail: Trail, name: str, ask: Ask) -> list[Way]:
    """Compare a figure's own page, table and drawing; return all ways out of it."""
    table, chart = reader.figure(name, ask.query)
    assert chart == should.chart(trail, name, ask), (name, ask, chart)
    return check_table(f"{name} {ask}", table, should.FIGURES[name](trail, ask))


def check_compared(reader: Reader, trail: Trail, ask: Ask, since: date) -> list[Way]:
    """Compare the page of two days: what it says, the numbers of both, what changed; return all ways out of it."""
    told, numbers, changes = reader.compared({**ask.query, "since": since.isoformat()})
    both, between = two_days.numbers(trail, ask, since), two_days.changes(trail, ask, since)
    lines = {line.label: line.cells for line in both.lines}
    sizes = {line.label: len(line.cells["个"]) for line in between.lines}
    assert f"{since:%Y-%m-%d} 至 {ask.on:%Y-%m-%d}" in told, (ask, told)
    assert f"反馈 {sizes['新反馈']} 个、销号 {sizes['新销号']} 个" in told, (ask, told)
    assert lines["销号率"]["变化"] is None or f"销号率{lines['销号率']['变化']}" in told, (ask, told)
    ways = check_table(f"compare {ask} {since}", numbers, both)
    return ways + check_table(f"changes {ask} {since}", changes, between)


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
        "销号率": [
            f"未销号 {len([c for c in now if c.standing in TICKING])} 个",
            f"分母：反馈 {len(now)}，减长期坚持、中止和撤销的 {len(now) - len(share.of)}",
        ],
        "整改逾期未销号": [],
    }
    if share.of and past.of:
        month = ask.on.replace(day=1)
        fed, shut = (pks(now, lambda c: c.opened >= month), pks(now, lambda c: should.is_closed(c) and c.shut >= month))
        moved = f"本月反馈 {len(fed)} 个、销号 {len(shut)} 个"
        said["销号率"].append(f"比 {_month(end, ask)} 月末 {two_days.changed(share, past)}：{moved}")
    a_year = ask.on.replace(year=ask.on.year - 1)  # no day that is asked for is a 29 February
    earlier = should.closure(trail.cards(ask, a_year))
    if share.of and earlier.of:
        n, of = len(earlier.n), len(earlier.of)
        rate = f"（{a_year} 为 {share_text(n, of)}，{n}/{of}）"
        said["销号率"].append(f"同比{two_days.changed(share, earlier)}{rate}")
    said["销号率"] += city_words(trail, ask)
    if late:
        counties = sum(trail.units.is_county(card.unit) for card in now if card.late(ask.on))
        said["整改逾期未销号"].append(f"{counties} 个在县（区），{len(late) - counties} 个在市直部门")
    if before:
        more = len(late) - len(should.overdue(before, end))
        told = f"多 {more} 个" if more > 0 else f"少 {-more} 个" if more else "没有增减"
        said["整改逾期未销号"].append(f"比 {_month(end, ask)} 月末{told}")
    found = should.look_back(trail, ask)
    n, relapsed = found.lines[5].cells["次"], found.lines[7].cells["次"]
    said["回头看巩固"] = [f"核查 {len(n)}，反弹 {len(relapsed.n)}"] if n else ["还没有核查过的回头看"]
    return said


def city_words(trail: Trail, ask: Ask) -> list[str]:
    """Return what a unit reads of the city: its rate, and its own place by rate among its like that have any."""
    if trail.mine(ask) is None or ask.own is None:
        return []
    everybody, rates = ask._replace(role="office_staff", own=None, unit=None, group="", category=""), {}
    cards = list(trail.cards(everybody))
    whole, own = should.closure(cards), trail.units.root(ask.own)
    for root in {trail.units.root(card.unit) for card in cards}:
        share = should.closure(card for card in cards if trail.units.root(card.unit) == root)
        if share.of and trail.units.is_county(root) == trail.units.is_county(own):
            rates[root] = Fraction(len(share.n), len(share.of))
    n, of = len(whole.n), len(whole.of)
    said = [f"全市{share_text(n, of)}（{n}/{of}）"]
    if own == ask.own and own in rates:
        better = [rate for root, rate in rates.items() if rate > rates[own]]
        shared = "并列" if list(rates.values()).count(rates[own]) > 1 else ""
        like = "县（区）" if trail.units.is_county(own) else "市直部门"
        said.append(f"{len(rates)} 个有应整改问题的{like}中{shared}第 {len(better) + 1} 位")
    return said


def _month(end: date, ask: Ask) -> str:
    """A month of another year is said with its year."""
    return str(end.month) if end.year == ask.on.year else f"{end.year} 年 {end.month}"


def look(reader: Reader, trail: Trail, ask: Ask, pages: tuple[str, ...], *, follow: bool) -> None:
    """Compare the pages that are named with the oracle."""
    for page in pages:
        if page == "board":
            ways = check_board(reader, trail, ask)
        elif page == "compare":
            ways = check_compared(reader, trail, ask, should.last_month_end(ask.on))
        else:
            ways = check_figure(reader, trail, page, ask)
        check_rows(reader, ways if follow else [])
