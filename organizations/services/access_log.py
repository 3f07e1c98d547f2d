"""取用日志: the one place where its lines are written, and what is unusual in them.

A line holds who, in which post, what, from where, and never a content: no name of a file, no words of a search. It goes
to the database, and as a line of JSON to the logger `qingyang.access` for a collector (settings.ACCESS_LOG_FILE).
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from datetime import date, datetime, timedelta
from statistics import mean
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Q, When
from django.db.models.functions import ExtractHour, TruncDate
from django.http import HttpRequest
from django.utils import timezone

from organizations.enums import Taking
from organizations.models import AccessEntry
from ui.taking import Taken

collector = logging.getLogger("qingyang.access")
DAY, DAYS_SHOWN, DAYS_COMPARED = timedelta(1), 30, 120
TIMES, FEWEST = 10, 20  # ten times what is usual for the person; so few are never unusual
PIECES_WITHIN = timedelta(minutes=30)
NIGHT_FROM, NIGHT_TO, AT_NIGHT = 22, 6, 3  # o'clock; so many at night are told
NOT_TAKEN = (Taking.REFUSED, Taking.UNREAD_TAKEN, Taking.UNREAD_REFUSED)  # what he did not get out of the system
MANY_UNITS, REFUSED = 10, 10  # matters of so many units, so many refusals on one day


class UnusualDay(NamedTuple):
    """What somebody took on a day on which it was more than usual, or at night, of many units, or refused him."""

    on: date
    user_id: int
    person: str
    n: int
    usual: float
    units: int
    at_night: int
    refused: int

    @property
    def why(self) -> list[str]:
        return [
            *([f"取用 {self.n} 次，平常一天 {self.usual:.0f} 次"] if _is_many(self.n, self.usual) else []),
            *([f"夜间 {self.at_night} 次"] if self.at_night >= AT_NIGHT else []),
            *([f"涉及 {self.units} 个单位"] if self.units >= MANY_UNITS else []),
            *([f"被拒绝 {self.refused} 次"] if self.refused >= REFUSED else []),
        ]


def record(request: HttpRequest, taken: Taken) -> int:
    """Write a line about a request of somebody signed in; return its number."""
    asked: Any = request
    actor = getattr(asked, "actor", None)
    if taken.is_piece and (told := _told_before(asked.user.pk, taken)):
        return told
    entry = AccessEntry.objects.create(
        at=timezone.now(),
        user_id=asked.user.pk,
        post=actor.post if actor else None,
        what=Taking(taken.what),
        about=_kept(taken.about, 120),
        rows=taken.rows,
        unit_id=taken.unit_id,
        address=str(request.META.get("REMOTE_ADDR", ""))[:45],
        path=_kept(request.path, 160),
    )
    transaction.on_commit(lambda: collector.info(_as_json(entry, asked.user)))
    return entry.pk


def _kept(said: str, most: int) -> str:
    """Return a text as a column holds it: PostgreSQL takes no NUL, and an address may bear one (%00)."""
    return said.replace("\0", "")[:most]


def _told_before(user_id: int, taken: Taken) -> int:
    """Return the line that tells of the file this is a later piece of; 0 for none of late."""
    since = timezone.now() - PIECES_WITHIN
    of_it = AccessEntry.objects.filter(user_id=user_id, what=taken.what, about=_kept(taken.about, 120), at__gte=since)
    return of_it.order_by("pk").values_list("pk", flat=True).first() or 0


def sweep() -> int:
    """Remove what is older than it is kept; return how many lines."""
    return AccessEntry.objects.forget_before(timezone.now() - timedelta(days=31 * settings.ACCESS_LOG_MONTHS))


def unread_lately(since: datetime) -> dict[str, list[tuple[str, int]]]:
    """Return how many files could not be examined since then, taken and refused, by unit, the most first."""
    found: dict[str, list[tuple[str, int]]] = {Taking.UNREAD_TAKEN: [], Taking.UNREAD_REFUSED: []}
    rows = AccessEntry.objects.filter(what__in=list(found), at__gte=since).order_by()
    for row in rows.values("what", "unit__name").annotate(n=Count("pk")).order_by("-n", "unit__name"):
        found[row["what"]].append((row["unit__name"] or "", row["n"]))
    return found


def unusual_days(until: date, days: int = DAYS_SHOWN) -> list[UnusualDay]:
    """Return the unusual days up to a day, newest first: each person's are compared with his own days before.

    Nobody is looked back upon who took less in all of the days shown than would be told of one night.
    """
    lately = AccessEntry.objects.filter(at__gte=_midnight(until - timedelta(days - 1)), at__lt=_midnight(until + DAY))
    busy = lately.order_by().values("user_id").annotate(n=Count("pk")).filter(n__gte=AT_NIGHT)
    people = list(busy.values_list("user_id", flat=True))
    if not people:
        return []
    found: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for row in _days(until - timedelta(DAYS_COMPARED), until).filter(user_id__in=people):
        found[row["user_id"], row["user__name"]].append(row)
    made = [
        UnusualDay(
            row["on"], user_id, person, row["n"], _usual(rows, row["on"]), row["units"], row["night"], row["refused"]
        )
        for (user_id, person), rows in found.items()
        for row in rows
        if row["on"] > until - timedelta(days)
    ]
    return sorted((one for one in made if one.why), key=lambda one: (one.on, one.n), reverse=True)


def _days(since: date, until: date) -> Any:
    """Return for each person and day how much, of how many units, how much at night and how often refused."""
    taken = ~Q(what__in=NOT_TAKEN)
    at_night = Q(hour__gte=NIGHT_FROM) | Q(hour__lt=NIGHT_TO)
    return (
        AccessEntry.objects.filter(at__gte=_midnight(since), at__lt=_midnight(until + DAY))
        .annotate(on=TruncDate("at"), hour=ExtractHour("at"))
        .order_by("user_id", "on")
        .values("user_id", "user__name", "on")
        .annotate(
            n=Count("pk", filter=taken),
            units=Count(Case(When(taken, then="unit_id")), distinct=True),
            night=Count("pk", filter=taken & at_night),
            refused=Count("pk", filter=Q(what=Taking.REFUSED)),
        )
    )


def _usual(rows: list[dict[str, Any]], on: date) -> float:
    """Return how much a person takes on a day on which he takes something, before this one."""
    before = [row["n"] for row in rows if row["on"] < on and row["n"]]
    return mean(before) if before else 1.0


def _is_many(n: int, usual: float) -> bool:
    return n >= max(FEWEST, TIMES * usual)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _as_json(entry: AccessEntry, user: Any) -> str:
    said = {
        "number": entry.pk,
        "at": timezone.localtime(entry.at).isoformat(timespec="seconds"),
        "account": user.username,
        "post": entry.post_id,
        "role": entry.post.role if entry.post else "",
        "what": entry.what,
        "about": entry.about,
        "rows": entry.rows,
        "unit": entry.unit_id,
        "address": entry.address,
        "path": entry.path,
    }
    return json.dumps(said, ensure_ascii=False)
