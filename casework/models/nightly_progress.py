"""How far a nightly job came on one night."""

from __future__ import annotations

from django.db import models

from organizations.querysets import MachineryQuerySet


class NightlyProgress(models.Model):
    """One job of one night: the last key it has done, what it has found so far, what it said in the end.

    A killed night goes on from here. `earlier` is what it had found before it was begun again on the same day.
    """

    job = models.CharField("任务", max_length=40)
    day = models.DateField("日期")
    last_key = models.BigIntegerField("做到", null=True)
    done = models.PositiveIntegerField("已办", default=0)
    found = models.JSONField("发现", default=list)  # sentences of what is wrong
    earlier = models.JSONField("此前发现", default=list)
    is_whole = models.BooleanField("看了全部", default=False)
    said = models.CharField("结果", max_length=300, blank=True)
    begun_at = models.DateTimeField("开始")
    moved_at = models.DateTimeField("最近进展")
    ended_at = models.DateTimeField("结束", null=True)

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "每夜任务"
        ordering = ("-day", "pk")
        constraints = (models.UniqueConstraint("job", "day", name="nightly_job_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.job}"
