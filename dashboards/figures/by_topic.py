"""各领域, in the order of the dictionary (docs/domain/dictionaries.md 9.3)."""

from dashboards.figure import Counted, Figure, Table
from dashboards.leagues import heads, league_line, rest_line, total

ON_PAGE = 6  # with the line of the others the page prints on one sheet


def table(counted: Counted) -> Table:
    tallies = {pk: tally for pk, tally in counted.sums.groups["topic"].items() if tally.total}
    names = counted.names
    order = [*(pk for pk in names.topics if pk in tallies), *([None] if None in tallies else [])]
    shown = order
    if not counted.is_expanded and len(order) > ON_PAGE + 1:
        largest = sorted(order, key=lambda pk: -tallies[pk].total)[
            :ON_PAGE
        ]  # which ones; they still stand in the order of the dictionary
        shown = [pk for pk in order if pk in largest]
    lines = [
        league_line(names.topic(pk), tallies[pk], {"topic": str(pk or 0)}, is_expanded=counted.is_expanded)
        for pk in shown
    ]
    rest = [pk for pk in order if pk not in shown]
    if rest:
        lines.append(rest_line(f"其他 {len(rest)} 个领域", [tallies[pk] for pk in rest]))
    return Table(
        heads(is_expanded=counted.is_expanded),
        tuple(lines),
        league_line("合计", total(tallies), is_expanded=counted.is_expanded),
        "领域",
    )


FIGURE = Figure(
    "by_topic", "各领域", "按问题类别（字典二级）归类，按字典顺序排列。类别改正后，过去各日的数随之改正。", 80,
    frozenset({"open", "closed"}), table, frozenset({"topic"}),
)  # fmt: skip
