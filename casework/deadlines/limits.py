"""The limits of 临期 and 逾期, each once: lists, filters, the home page, the ledger, the board and the figures read
them here.

*Left* is counted in working days, *overdue* in calendar days from the day after the deadline (docs/domain/results.md
11).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from casework.deadlines.working_days import add_workdays

SOON_WORKDAYS = 15  # 蓝 临期: 15 working days or fewer are left (docs/domain/dictionaries.md 9.7)
URGENT_WORKDAYS = 3  # 黄 严重临期: 3 working days or fewer are left (docs/domain/dictionaries.md 9.7)
SOON_LABEL = f"{SOON_WORKDAYS} 个工作日内到期"


class OverdueBand(NamedTuple):
    """How long overdue, in calendar days: from the first to the last day of the band; the last band has no end."""

    name: str
    first: int
    last: int | None

    @property
    def label(self) -> str:
        return f"{self.first} 至 {self.last} 日" if self.last else f"{self.first} 日以上"

    def deadlines(self, day: date) -> tuple[date | None, date]:
        """Return (from, to) of the deadlines that are so long past on the day; the open band has no `from`."""
        return (day - timedelta(self.last) if self.last else None), day - timedelta(self.first)


# 15 and 30 are the steps of the score (docs/domain/results.md 5.2, K02) and of the chase (docs/domain/process.md 1.7:
# L2 督办函, L3 告诫, L4 约谈). What is overdue for more than 30 days is parted once more at 60, so that the board shows
# who has been talked to and still has not closed.
OVERDUE_BANDS = (
    OverdueBand("late_15", 1, 15),
    OverdueBand("late_30", 16, 30),
    OverdueBand("late_60", 31, 60),
    OverdueBand("late_more", 61, None),
)
OVER_THIRTY = OverdueBand("late_over_30", 31, None)  # the third step of the score, in one


def soon_until(day: date) -> date:
    """Return the last day that counts as 临期 on the day."""
    return add_workdays(day, SOON_WORKDAYS)
