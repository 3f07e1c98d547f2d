"""Take the next number of a series, inside the caller's transaction."""

from __future__ import annotations

from django.db import transaction

from casework.models import NumberSeries


def take(prefix: str, *, width: int = 4, joiner: str = "-") -> str:
    """Return the next number, such as QYFD-2026-ZX02-0017 (docs/domain/dictionaries.md 9.1).

    The row is locked, so two takers never get the same.
    """
    with transaction.atomic():
        NumberSeries.objects.bulk_create([NumberSeries(prefix=prefix)], ignore_conflicts=True)
        series = NumberSeries.objects.select_for_update().get(prefix=prefix)
        series.last += 1
        series.save(update_fields=["last"])
    return f"{prefix}{joiner}{series.last:0{width}}"
