"""The board in one declaration: which headline numbers stand on top, which figure in which slot.

Only what stands here is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from casework.deadlines.limits import SOON_LABEL
from dashboards.cube.measures import (
    CLOSURE,
    COMPLETION,
    COUNTS,
    MEAN_DAYS,
    MEDIAN_DAYS,
    ON_TIME,
    ON_TIME_ORIGINAL,
    Measure,
)
from dashboards.declared.figure import Figure
from dashboards.declared.registry import figures
from dashboards.figures import clues_done, look_back


@dataclass(frozen=True)
class Headline:
    """A number on top: a measure of the whole, by name; `figure` is whose page it leads to.

    Attributes:
        beside: measures named in its note (templates/dashboards/notes/<name>.html).
        prints: it stands on the printed sheet too.
    """

    name: str
    title: str
    measure: Measure
    figure: str
    beside: tuple[tuple[str, Measure], ...] = ()
    prints: bool = True

    @property
    def note(self) -> str:
        return f"dashboards/notes/{self.name}.html"


@dataclass(frozen=True)
class Slot:
    """A place for a figure.

    Attributes:
        title: over it, where the figure's own is too long.
        hint: beside the title.
        more: the words of the link to the figure's own page; without them the link is its sheet.
        body: what draws it, beside the usual table (templates/dashboards/slots/<body>.html).
        hides_empty: without lines it is not there.
    """

    figure: str
    title: str = ""
    hint: str = ""
    more: str = ""
    body: str = "table"
    hides_empty: bool = False

    @property
    def template(self) -> str:
        return f"dashboards/slots/{self.body}.html"


@dataclass(frozen=True)
class Band:
    """Slots beside one another, in two columns. `look` is a class of static/theme.css."""

    left: tuple[Slot, ...]
    right: tuple[Slot, ...]
    look: str = ""
    prints: bool = True


HEADLINES = (
    Headline(
        "closure", "销号率", CLOSURE, "closure_rate",
        (("unclosed", COUNTS["unclosed"]), ("closed_this_month", COUNTS["closed_this_month"])),
    ),
    Headline("on_time", "按期率", ON_TIME, "on_time_rate", (("on_time_original", ON_TIME_ORIGINAL),)),
    Headline("overdue", "整改逾期未销号", COUNTS["overdue"], "overdue_by_age"),
    Headline("held", "回头看巩固", look_back.HELD_RATE, "look_back", (("relapsed", look_back.RELAPSE_RATE),)),
    Headline("completion", "整改完成率", COMPLETION, "completion_rate", prints=False),
    Headline("soon", SOON_LABEL, COUNTS["soon"], "due_in_15_days", prints=False),
    Headline("median", "销号用时", MEDIAN_DAYS, "days_to_closure", (("mean", MEAN_DAYS),), prints=False),
    Headline("clues", "线索办结", clues_done.DONE, "clues_done", prints=False),
)  # fmt: skip
BOARD = (
    Band((Slot("trend", hint="个；累计销号率自年初起，不含上一年销号的", more="单项与导出", body="months"),),
         (Slot("overdue_by_age", "整改逾期多久", "自批准时限次日起，按自然日", body="longest"),)),
    Band((Slot("by_unit", hint="按代码排列，不排名", more="各部门与导出", body="tiles"),),
         (Slot("by_topic", more="全部与导出"),), look="qy-dash-2"),
    Band((Slot("by_campaign", more="全部与导出"),),
         (Slot("clues_done", "专项整治线索", hides_empty=True),), look="qy-dash-2", prints=False),
)  # fmt: skip


@cache
def on_board() -> dict[str, Figure]:
    """Return the figures that stand in a slot."""
    slots = [slot for band in BOARD for slot in (*band.left, *band.right)]
    return {slot.figure: figures()[slot.figure] for slot in slots}
