"""各次督察, newest first."""

from dashboards.figure import Counted, Figure, Table
from dashboards.leagues import heads, league_line, rest_line, total

ON_PAGE = 10


def table(counted: Counted) -> Table:
    tallies = {pk: tally for pk, tally in counted.sums.groups["within"].items() if tally.total}
    keys = sorted((pk for pk in tallies if pk is not None), reverse=True)
    shown = keys if counted.is_expanded or len(keys) <= ON_PAGE + 1 else keys[:ON_PAGE]
    named = counted.names.campaigns_of(shown)
    lines = [
        league_line(
            named[pk].title,
            tallies[pk],
            {"within": str(pk)},
            is_expanded=counted.is_expanded,
            note=str(named[pk].number or named[pk].year),
        )
        for pk in shown
    ]
    rest = [pk for pk in tallies if pk not in shown]
    if rest:
        lines.append(rest_line(f"更早的 {len(rest)} 次督察", [tallies[pk] for pk in rest]))
    return Table(
        heads(is_expanded=counted.is_expanded),
        tuple(lines),
        league_line("合计", total(tallies), is_expanded=counted.is_expanded),
        "督察",
    )


FIGURE = Figure(
    "by_campaign", "各次督察", "按督察批次归集，新的在前。问题在哪次督察中发现，就计在哪次。", 90,
    frozenset({"open", "closed"}), table, frozenset({"within"}),
)  # fmt: skip
