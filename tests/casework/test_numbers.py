"""Numbers of a series: in order, never twice, each series for itself.

That two at once never meet is in test_race.py.
"""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from casework.models import NumberSeries
from casework.workflow import numbers


@pytest.mark.django_db
def test_numbers_follow_one_another() -> None:
    assert [numbers.take("{within}-{n:04}", within="QYFD-2026-ZX02") for _ in range(3)] == [
        f"QYFD-2026-ZX02-{n:04}" for n in (1, 2, 3)
    ]


@pytest.mark.django_db
def test_each_series_counts_for_itself() -> None:
    numbers.take("{within}-{n:04}", within="QYFD-2026-ZX01")

    assert numbers.take("{within}-{n:04}", within="QYFD-2026-ZX02") == "QYFD-2026-ZX02-0001"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last", "pattern", "number"),
    [(6, "X-{n:02}", "X-07"), (9_999, "X-{n:04}", "X-10000"), (0, "X{n:02}", "X01"), (4, "{what}-H{n:02}", "X-H05")],
)
def test_the_pattern_writes_it_and_a_long_number_is_not_cut(last: int, pattern: str, number: str) -> None:
    NumberSeries.objects.create(prefix="X-H" if "H" in pattern else "X", last=last)

    assert numbers.take(pattern, what="X") == number


@pytest.mark.django_db
def test_a_number_that_was_never_given_out_is_free_again() -> None:
    with transaction.atomic():
        numbers.take("X-{n:04}")
        transaction.set_rollback(True)

    assert numbers.take("X-{n:04}") == "X-0001"


@pytest.mark.django_db(transaction=True)
def test_two_that_begin_a_series_at_once_and_hold_it_get_two_numbers() -> None:
    gate, taken = threading.Barrier(2), []

    def take() -> None:
        gate.wait()
        try:
            with transaction.atomic():
                taken.append(numbers.take("NEW-{n:04}"))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == ["NEW-0001", "NEW-0002"]
