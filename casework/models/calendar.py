"""The office's own calendar.

Days that differ from the announced one, and years loaded before the library knows them.
"""

from __future__ import annotations

from django.db import models

from organizations.querysets import DictionaryQuerySet


class HolidayYear(models.Model):
    """A year whose arrangement the State Council has announced and the office has loaded.

    Before that it is provisional.
    """

    year = models.PositiveSmallIntegerField("年份", unique=True, error_messages={"unique": "该年份已装载"})
    source = models.CharField("依据文件", max_length=200)
    announced_on = models.DateField("公布日期", null=True, blank=True)
    loaded_at = models.DateTimeField("装载时间", auto_now=True)
    loaded_by = models.ForeignKey(
        "organizations.Post",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name="装载人",
    )

    objects = DictionaryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "放假安排"
        ordering = ("-year",)

    def __str__(self) -> str:
        return f"{self.year} 年放假安排"


class CalendarDay(models.Model):
    """One day put right by hand, or loaded with its year."""

    day = models.DateField("日期", unique=True, error_messages={"unique": "该日期已登记"})
    is_workday = models.BooleanField("上班")
    name = models.CharField("说明", max_length=40, blank=True)
    loaded_with = models.ForeignKey(
        HolidayYear,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="days",
        verbose_name="随年度装载",
    )

    objects = DictionaryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日历调整"
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_workday else '休息'}"
