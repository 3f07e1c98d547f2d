"""What was done to accounts, posts and units, by whom: append-only, for the audit administrator
(docs/domain/compliance.md 6.1).
"""

from __future__ import annotations

from django.db import models

from organizations.enums import AccountAct
from organizations.querysets import AccountEventQuerySet


class AccountEvent(models.Model):
    """One act. `post` is who acted and in which post (empty: the installation itself); `user` and `unit` are on whom
    and on what.

    Rows are written by `organizations.services.account_log` and never changed: the queryset refuses it.
    """

    at = models.DateTimeField("时间", auto_now_add=True)
    post = models.ForeignKey(
        "organizations.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办岗位"
    )
    what = models.CharField("事项", max_length=20, choices=AccountAct.choices)
    user = models.ForeignKey(
        "organizations.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="account_events",
        verbose_name="涉及人员",
    )
    unit = models.ForeignKey(
        "organizations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="account_events",
        verbose_name="涉及单位",
    )
    detail = models.CharField("内容", max_length=300, blank=True)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "账号与机构日志"
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("-at", "-id"), name="account_event_at"),)

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.user or self.unit or ''}".strip()
