"""Who changed a dictionary, or one entry of it, last and when.

What the admin writes is in Django's own log; units, accounts and posts have theirs (AccountEvent); what is loaded from
a sheet says itself by whom and when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, F, Max, Model, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce

from organizations.models import AccountEvent
from ui.columns import Column
from ui.form_actions import in_words
from ui.lists import PIECE, ListSpec

if TYPE_CHECKING:
    from organizations.actor import Actor
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
                found[one.model] = Change(event.at, str(event.post.user) if event.post else SYSTEM)
        else:
            logged[ContentType.objects.get_for_model(one.model).pk] = one.model
            if one.loaded and (loaded := _last_loaded(one.model, *one.loaded)):
                found[one.model] = loaded
    last = LogEntry.objects.filter(content_type__in=logged).order_by().values("content_type").annotate(last=Max("pk"))
    for entry in LogEntry.objects.filter(pk__in=[row["last"] for row in last]).select_related("user"):
        model, change = logged[entry.content_type_id], Change(entry.action_time, str(entry.user))
        found[model] = max(change, found.get(model, change))
    return found


def _last_loaded(model: type[Model], at: str, by: str) -> Change | None:
    """Return when rows were last loaded, and by whom, as they say themselves."""
    rows = model._base_manager.filter(**{f"{at}__isnull": False}).order_by(f"-{at}")
    row = rows.values_list(at, f"{by}__user__name").first()
    return Change(row[0], row[1] or BY_COMMAND) if row else None


def with_changes(desk: RightsAdmin, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Bring along who changed each row last, and when; what was loaded with the system has nobody."""
    key = Cast(OuterRef("pk"), CharField(max_length=255))
    kind = ContentType.objects.get_for_model(rows.model)
    last = LogEntry.objects.filter(content_type=kind, object_id=key).order_by("-pk")
    written_at, written_by = Subquery(last.values("action_time")[:1]), Subquery(last.values("user__name")[:1])
    if not desk.loaded:
        return rows.annotate(changed_at=written_at, changed_by=written_by)
    loaded_at, loaded_by = desk.loaded
    command = Case(When(**{f"{loaded_at}__isnull": False}, then=Value(BY_COMMAND)))
    loaded = F(loaded_at), F(f"{loaded_by}__user__name")
    return rows.annotate(
        changed_at=Coalesce(written_at, loaded[0]), changed_by=Coalesce(written_by, loaded[1], command)
    )


def with_last_change(desk: RightsAdmin, spec: ListSpec) -> ListSpec:
    """Return the list of a dictionary with who changed each entry last; a page's own list is here as it is there, and
    what has happened to its rows stands in their history.
    """
    if desk.listing is not None:
        return spec
    columns = (*spec.columns, *CHANGED)
    return replace(spec, columns=columns, shows=lambda rows: with_changes(desk, spec.shows(rows)), reading=None)


def events_of(desk: RightsAdmin, row: Model, actor: Actor) -> list[tuple[datetime, str, str]] | None:
    """Return what services did to a row: when, who, what; None where they keep no events of single rows."""
    about = next(iter(desk.account_events), "")
    if not about.endswith("__isnull"):
        return None
    events = AccountEvent.objects.visible_to(actor).filter(**{about.removesuffix("__isnull"): row}).with_people()
    return [
        (one.at, str(one.post.user) if one.post else SYSTEM, "：".join(filter(None, (str(one), one.detail))))
        for one in events.order_by("-pk")[:PIECE]
    ]


def changed_in(form: Any) -> list[str]:
    """Return a sentence for each field that was changed, in the words of its choices."""
    return [
        f"{form[name].label}由“{in_words(field, form.initial.get(name)) or '空'}”"
        f"改为“{in_words(field, form[name].data) or '空'}”"
        for name, field in form.fields.items()
        if name in form.changed_data
    ]


def as_logged(actor: Actor, done: str, changes: Iterable[str] = ()) -> str:
    """Return how an entry of the log says it: in which post, what was done, what became what."""
    return f"{actor.post.place_on(actor.today)}：{'；'.join([done, *changes])}"


SYSTEM, BY_COMMAND = "系统", "系统（装载命令）"
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
