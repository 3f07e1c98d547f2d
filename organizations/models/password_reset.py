"""A reset of somebody's password: one administrator asks, another approves.

See docs/decisions/0025-who-guesses-waits.md.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from organizations.enums import ResetState
from organizations.querysets import PasswordResetQuerySet

OPEN = (ResetState.ASKED, ResetState.APPROVED)


def by_post(label: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        "organizations.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class PasswordReset(models.Model):
    """From the asking to the new password; each step stands in the log of accounts as well."""

    user = models.ForeignKey("organizations.User", models.PROTECT, related_name="resets", verbose_name="人员")
    reason = models.CharField("事由", max_length=200)
    asked_by = by_post("申请")
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    stage = models.CharField("状态", max_length=8, choices=ResetState.choices, default=ResetState.ASKED)
    decided_by = by_post("批准")
    decided_at = models.DateTimeField("批准时间", null=True, blank=True)

    objects = PasswordResetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "重置口令申请"
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                "user",
                condition=Q(stage__in=OPEN),
                name="one_open_reset",
                violation_error_message="已有一份重置申请在办",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.get_stage_display()}"
