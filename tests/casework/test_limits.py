"""临期 and 逾期 have their limits in one place; the numbers are written here a second time, from docs/domain."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.deadlines import limits
from casework.deadlines.remaining import WHOLE, left

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 26)  # a Monday
LAST_OF_FIFTEEN = date(2026, 11, 16)  # docs/domain/dictionaries.md 9.7: 15 working days, no holiday among them


def test_fifteen_working_days_are_soon_and_the_sixteenth_is_not() -> None:
    assert limits.soon_until(DAY) == LAST_OF_FIFTEEN


def test_the_two_clocks_have_two_words() -> None:
    assert left(DAY, DAY + timedelta(2)).words == "本步逾期 2 日"
    assert left(DAY, DAY + timedelta(2), of=WHOLE).words == "整改逾期 2 日"


@pytest.mark.parametrize(
    ("overdue", "name"),
    [(1, "late_15"), (15, "late_15"), (16, "late_30"), (30, "late_30"), (31, "late_60"), (60, "late_60"),
     (61, "late_more"), (4000, "late_more")],
)  # fmt: skip
def test_every_day_overdue_is_in_one_band(overdue: int, name: str) -> None:
    due = DAY - timedelta(overdue)

    found = [
        band.name
        for band in limits.OVERDUE_BANDS
        if due <= band.deadlines(DAY)[1] and (band.deadlines(DAY)[0] or date.min) <= due
    ]

    assert found == [name]


def test_a_deadline_of_today_is_in_no_band() -> None:
    assert all(band.deadlines(DAY)[1] < DAY for band in (*limits.OVERDUE_BANDS, limits.OVER_THIRTY))


def test_bands_are_named_as_the_score_names_them() -> None:
    assert [band.label for band in limits.OVERDUE_BANDS] == ["1 至 15 日", "16 至 30 日", "31 至 60 日", "61 日以上"]
    assert limits.OVER_THIRTY.label == "31 日以上"
