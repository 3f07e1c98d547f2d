"""Who changed a dictionary, or one entry of it, last and when.

What the admin writes is in Django's own log; units, accounts and posts have theirs (AccountEvent).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from organizations.models import AccountEvent
from ui.columns import Column

if TYPE_CHECKING:
    from organizations.admin_site.rights import RightsAdmin


class Change(NamedTuple):
    """The last change: when, and by whom."""

    at: datetime
    who: str


def last_changes(tables: Iterable[RightsAdmin]) -> dict[type[Model], Change]:
    """Return the last change of each of these tables, as far as one was ever made by hand."""
    found: dict[type[Model], Change] = {}
    logged: dict[Any, type[Model]] = {}
    for one in tables:
        if one.account_events:
            event = AccountEvent.objects.filter(**one.account_events).with_people().order_by("-pk").first()
            if event is not None:
                found[one.model] = Change(event.at, str(event.post.user) if event.post else "系统")
        else:
            logged[ContentType.objects.get_for_model(one.model).pk] = one.model
    last = LogEntry.objects.filter(content_type__in=logged).order_by().values("content_type").annotate(last=Max("pk"))
    for entry in LogEntry.objects.filter(pk__in=[row["last"] for row in last]).select_related("user"):
        found[logged[entry.content_type_id]] = Change(entry.action_time, str(entry.user))
    return found


def with_changes(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Bring along who changed each row in the admin last, and when; what was loaded with the system has nobody."""
    kind = ContentType.objects.get_for_model(rows.model)
    key = Cast(OuterRef("pk"), CharField(max_length=255))
    last = LogEntry.objects.filter(content_type=kind, object_id=key).order_by("-pk")
    return rows.annotate(
        changed_at=Subquery(last.values("action_time")[:1]), changed_by=Subquery(last.values("user__name")[:1])
    )


CHANGED = (
    Column(
        "changed_by",
        "最后改动人",
        lambda row: row.changed_by,
        empty="随系统装入，没有改过",
        wide=True,
    ),
    Column("changed_at", "最后改动", lambda row: row.changed_at, kind="moment", wide=True),
)
