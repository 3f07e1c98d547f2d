"""经过: the trail.

Append-only and chained; databases refuse UPDATE and DELETE by trigger (casework/workflow/trail.py).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Index, Q

from casework.querysets import ContentQuerySet


def plain_key(to: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a foreign key without the one-column index: the indexes below are chosen."""
    return models.ForeignKey(to, models.PROTECT, db_index=False, related_name="+", **options)


class Event(models.Model):
    """One thing that happened to a case.

    `state`, `due_on` and `after` say what the card became; the `held_*` columns say what ended with this event and
    since when it had been so: the trail is its own interval table [held_since, day) (docs/data.md A). `day` is when it
    took effect, `at` when it was recorded. `note` holds what was given (reason, files), what stood before, and what
    else the step wants remembered.
    """

    case = models.ForeignKey(
        "casework.Case", models.PROTECT, db_index=False, related_name="events", verbose_name="办理卡片"
    )
    seq = models.PositiveIntegerField("序号")
    at = models.DateTimeField("记录时间")
    day = models.DateField("生效日期")
    post = plain_key("organizations.Post", null=True, verbose_name="办理人岗位")
    name = models.CharField("动作", max_length=30)
    label = models.CharField("动作名称", max_length=120)
    source = models.CharField("原状态", max_length=16, blank=True)
    state = models.CharField("状态", max_length=16)
    due_on = models.DateField("时限", null=True)
    after = models.JSONField("变为", default=dict)
    note = models.JSONField("记事", default=dict)
    unit = plain_key("organizations.Unit", verbose_name="责任单位")
    within = plain_key("casework.Case", null=True, verbose_name="督察批次")
    held_state = models.CharField("原状态（截止）", max_length=16, null=True)
    held_due_on = models.DateField("原时限（截止）", null=True)
    held_since = models.DateField("原状态自", null=True)
    width = models.PositiveSmallIntegerField(
        "跨度", null=True
    )  # least k with day - held_since <= 2**k; null: nothing ended, or within one day
    hash = models.CharField("链值", max_length=64)
    key = models.CharField(
        "链值的密钥", max_length=24, blank=True, default=""
    )  # its name (organizations/records/keys.py); empty: written before there was one

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经过"
        ordering = ("case_id", "seq")
        constraints = (models.UniqueConstraint("case", "seq", name="event_order"),)
        indexes = (
            Index(
                "width",
                "held_since",
                "day",
                "unit",
                "held_state",
                "held_due_on",
                "case",
                name="event_held",
                condition=Q(width__isnull=False),
            ),
            Index("held_state", "day", name="event_held_state", condition=Q(width__isnull=False)),
            Index("unit", "id", name="event_unit"),
            Index("within", "id", name="event_within"),
            Index("at", "case", name="event_at"),  # the night asks which cards were touched since yesterday
        )

    def __str__(self) -> str:
        return f"{self.day} {self.label}"

    @property
    def reason(self) -> str:
        return str(self.note.get("given", {}).get("reason", ""))
