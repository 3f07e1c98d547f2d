"""Working days of 2024 to 2026, copied by hand from the State Council's announcements (关于部分节假日安排的通知)."""

from __future__ import annotations

from datetime import date, timedelta


def _days(year: int, *spans: str) -> set[date]:
    """Return the days of spans written as "4.4-4.6" or "4.7"."""
    found = set()
    for span in spans:
        first, _, last = span.partition("-")
        begin, end = (date(year, *map(int, text.split("."))) for text in (first, last or first))
        found |= {begin + timedelta(n) for n in range((end - begin).days + 1)}
    return found


OFF = (
    _days(2024, "1.1", "2.10-2.17", "4.4-4.6", "5.1-5.5", "6.10", "9.15-9.17", "10.1-10.7")
    | _days(2025, "1.1", "1.28-2.4", "4.4-4.6", "5.1-5.5", "5.31-6.2", "10.1-10.8")
    | _days(2026, "1.1-1.3", "2.15-2.23", "4.4-4.6", "5.1-5.5", "6.19-6.21", "9.25-9.27", "10.1-10.7")
)
MADE_UP_FOR = (
    _days(2024, "2.4", "2.18", "4.7", "4.28", "5.11", "9.14", "9.29", "10.12")
    | _days(2025, "1.26", "2.8", "4.27", "9.28", "10.11")
    | _days(2026, "1.4", "2.14", "2.28", "5.9", "9.20", "10.10")
)


def works(day: date) -> bool:
    """Say whether the office works on a day."""
    assert 2024 <= day.year <= 2026, "write down the announcement of this year first"
    return day in MADE_UP_FOR or (day.weekday() < 5 and day not in OFF)
