"""各县（区）与市直部门: counties by code, departments together; never ranked (docs/domain/results.md 5.2)."""

from collections import defaultdict

from dashboards.figure import Cell, Counted, Figure, Head, Line, Table
from dashboards.leagues import heads, league_line
from dashboards.tally import Tally


def table(counted: Counted) -> Table:
    sums, names = counted.sums, counted.names
    roots: dict[int, Tally] = defaultdict(Tally)
    closed_now: dict[int, int] = defaultdict(int)
    for pk, tally in sums.groups["unit"].items():
        if pk is not None and tally.total:
            root = names.root(pk)
            roots[root] += tally
            closed_now[root] += sums.this_month[pk]
    in_order = [pk for pk in names.units if pk in roots]
    counties = [pk for pk in in_order if names.units[pk].is_county]
    others = [pk for pk in in_order if not names.units[pk].is_county]

    def line(label: str, tally: Tally, where: dict[str, str], now: int, note: str = "") -> Line:
        return league_line(
            label, tally, where, Cell(now, "closed_this_month", where=where), is_expanded=counted.is_expanded, note=note
        )

    lines = [line(names.units[pk].name, roots[pk], {"unit": str(pk)}, closed_now[pk]) for pk in counties]
    if counted.is_expanded or len(others) == 1:
        lines += [line(names.units[pk].name, roots[pk], {"unit": str(pk)}, closed_now[pk]) for pk in others]
    elif others:
        together = sum((roots[pk] for pk in others), Tally())
        lines.append(
            line(
                "市直部门",
                together,
                {"group": "departments"},
                sum(closed_now[pk] for pk in others),
                f"{len(others)} 个单位",
            )
        )
    whole = line("合计", sums.whole, {}, sum(closed_now.values()))
    return Table((*heads(is_expanded=counted.is_expanded), Head("本月销号", wide=True)), tuple(lines), whole, "单位")


FIGURE = Figure(
    "by_unit", "各县（区）与市直部门", "按区划代码、单位代码排列，不按问题数排名：问题多少与督察深浅有关。并入其他单位的，计入现在的单位。", 70,
    frozenset({"open", "closed", "this_month"}), table,
)  # fmt: skip
