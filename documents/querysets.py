"""Which exports: nobody's but one's own, in the very post in which they were asked for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from casework.enums import UNFINISHED

if TYPE_CHECKING:
    from organizations.actor import Actor


class ExportQuerySet(QuerySet[Any]):
    def visible_to(self, actor: Actor) -> ExportQuerySet:
        return self.filter(post_id=actor.post.pk)

    def under_way(self) -> ExportQuerySet:
        return self.filter(status__in=UNFINISHED)

    def older_than(self, moment: datetime) -> ExportQuerySet:
        return self.filter(asked_at__lt=moment)
