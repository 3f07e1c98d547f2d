"""A mail on its way: written with the deed that it tells of, sent by the worker."""

from __future__ import annotations

from django.db import models

from organizations.querysets import MachineryQuerySet


class OutgoingMail(models.Model):
    """One mail to one address. `next_at`: when it is tried, again where it was tried before."""

    address = models.EmailField("收件邮箱")
    title = models.CharField("标题", max_length=120)
    text = models.CharField("内容", max_length=500)
    link = models.CharField("链接", max_length=200, blank=True)  # path of a page
    asked_at = models.DateTimeField("提出时间", auto_now_add=True)
    next_at = models.DateTimeField("下次寄出时间", auto_now_add=True)
    tries = models.PositiveSmallIntegerField("已寄次数", default=0)
    sent_at = models.DateTimeField("寄出时间", null=True)
    problem = models.CharField("没有寄出的原因", max_length=200, blank=True)

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待寄邮件"
        ordering = ("next_at", "pk")
        indexes = (models.Index(fields=("next_at",), condition=models.Q(sent_at=None), name="mail_waiting"),)

    def __str__(self) -> str:
        return self.title
