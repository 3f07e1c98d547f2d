"""Load the proposed rules of docs/domain/results.md 5.2 where there is no scheme yet."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from results.models import ScoreRule, ScoreScheme

FILE = Path(__file__).parent / "reference" / "scheme.csv"
NAME, SINCE, TOTAL = "督察整改计分", date(2020, 1, 1), Decimal(10)


@transaction.atomic
def load_scheme() -> int:
    """Create the first version when there is none; return how many rules were created. Repeating it changes nothing."""
    if ScoreScheme.objects.exists():
        return 0
    scheme = ScoreScheme.objects.create(
        name=NAME, version=1, from_on=SINCE, total=TOTAL, source="建议稿，施行前由市委依法治市办审定"
    )
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rules = [
        ScoreRule(
            scheme=scheme,
            code=row["code"],
            tier=int(row["tier"]),
            situation=row["situation"],
            first_day=int(row["first_day"]) if row["first_day"] else None,
            last_day=int(row["last_day"]) if row["last_day"] else None,
            points=Decimal(row["points"]),
            per=row["per"],
            cap=Decimal(row["cap"]),
            adds=bool(row["adds"]),
        )
        for row in rows
    ]
    return len(ScoreRule.objects.bulk_create(rules))
