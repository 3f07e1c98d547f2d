"""Numbers of cases, as the declaration of a kind writes them (casework.kinds.KindSpec.number)."""

from __future__ import annotations

from django.db import transaction

from casework.models import NumberSeries

COUNTED = "{n"  # where the running number begins in a pattern


def take(pattern: str, **facts: object) -> str:
    """Return the next number of a pattern such as "{within}-{n:04}": QYFD-2026-ZX02-0017.

    What stands before the running number names the series. Its row is locked inside the caller's transaction, so two
    takers never get the same. Source: docs/domain/dictionaries.md 9.1.
    """
    prefix = pattern.partition(COUNTED)[0].format(**facts).rstrip("-")
    with transaction.atomic():
        NumberSeries.objects.bulk_create([NumberSeries(prefix=prefix)], ignore_conflicts=True)
        series = NumberSeries.objects.select_for_update().get(prefix=prefix)
        series.last += 1
        series.save(update_fields=["last"])
    return pattern.format(n=series.last, **facts)
