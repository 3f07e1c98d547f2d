"""取用日志: who took or opened what, from where, and what he was refused; never its content.

docs/decisions/0025-who-guesses-waits.md; kept at least twelve months (网络安全法 21 条(三) asks for six).
"""

from __future__ import annotations

from django.db import models

from organizations.enums import Taking
from organizations.querysets import AccessEntryQuerySet


class AccessEntry(models.Model):
    """One line. `unit` is whose matter it is, where it is one unit's; `rows` how many rows a sheet had.

    Rows are written by `organizations.services.access_log` alone and go only when their time is over.
    """

    at = models.DateTimeField("时间", db_index=True)
    user = models.ForeignKey("organizations.User", models.PROTECT, related_name="takings", verbose_name="人员")
    post = models.ForeignKey(
        "organizations.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="岗位"
    )
    what = models.CharField("事项", max_length=8, choices=Taking.choices)
    about = models.CharField("对象", max_length=120, blank=True)
    rows = models.PositiveIntegerField("行数", default=0)
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="涉及单位"
    )
    address = models.CharField("来自", max_length=45)
    path = models.CharField("页面", max_length=160)

    objects = AccessEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "取用日志"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.pk} {self.get_what_display()}"
