"""各县（区）与市直部门: counties by code, departments together; never ranked (docs/domain/results.md 5.2)."""

from dashboards.cube.counts import Count, together
from dashboards.cube.dimensions import UNIT, Key
from dashboards.cube.measures import CLOSURE, COUNTS
from dashboards.declared.figure import Chart, Counted, Figure, Group


def counties_and_departments(counted: Counted, found: dict[Key, Count]) -> list[Group]:
    """One line a county, the departments together; by itself one line for each of these too."""
    labels = counted.labels
    keys = UNIT.order(labels, found)
    others = [key for key in keys if not labels.is_county(key)]
    shown = [key for key in keys if labels.is_county(key)]
    if counted.is_expanded or len(others) == 1:
        shown += others
        others = []
    groups = [Group(str(key), UNIT.say(labels, key), found[key], UNIT.narrows(key)) for key in shown]
    if others:
        whole, where = together(found[key] for key in others), {"group": "departments"}
        groups.append(Group("departments", "市直部门", whole, where, f"{len(others)} 个单位", is_gathered=True))
    return groups


FIGURE = Figure(
    name="by_unit",
    title="各县（区）与市直部门",
    definition="按区划代码、单位代码排列，不按问题数排名：问题多少与督察深浅有关。并入其他单位的，计入现在的单位。",
    order=70,
    by=UNIT,
    measures=(CLOSURE, COUNTS["overdue"]),
    more=(COUNTS["long_term"], COUNTS["suspended"], COUNTS["outside"], COUNTS["total"]),
    last=(COUNTS["closed_this_month"],),
    words={"overdue": "整改逾期"},
    never_by=("total",),
    arrange=counties_and_departments,
    chart=Chart("tiles", ("closure",)),
    about=("organizations:unit", "单位页"),
)
