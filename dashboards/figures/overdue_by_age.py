"""整改逾期多久, and what the rule says to do (docs/domain/results.md 5.2 K02, docs/domain/process.md: 督办阶梯)."""

from casework.deadlines.limits import OVERDUE_BANDS
from dashboards.cube.measures import COUNTS
from dashboards.cube.row_sets import LATE_BANDS
from dashboards.declared.figure import Chart, Figure, Head, Listed

STEPS = ("发督办函", "告诫，再次明确期限", "约谈主要负责人", "通报")
# the papers of the ladder are written elsewhere until the system has them
ELSEWHERE = "督办函、告诫、约谈、通报现在还不能在系统中办理，由市委依法治市办按规定另行办理。"


def step_of(days: int) -> str:
    """Return what the rule says to do with what is so many days overdue."""
    bands = zip(OVERDUE_BANDS, STEPS, strict=True)
    return next(act for band, act in bands if band.first <= days <= (band.last or days))


FIGURE = Figure(
    name="overdue_by_age",
    title="整改逾期未销号",
    definition="过批准时限仍未销号的，自批准时限次日起按自然日计算。长期坚持、中止的没有时限，不计。",
    order=30,
    heads=(Head("n", "个"), Head("step", "按规定应当", "text")),
    lines=tuple(
        Listed((COUNTS[band.name],), band.label.removeprefix("整改逾期 "), (act,))
        for band, act in zip(LATE_BANDS, STEPS, strict=True)
    ),
    total=Listed((COUNTS["overdue"],), "合计", ("",)),
    label="整改逾期",
    chart=Chart("meters", ("n",)),
    is_of_late=True,
    below=ELSEWHERE,
)
