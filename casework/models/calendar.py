"""The office's own calendar: days that differ from the announced one, and years loaded before the library knows them."""

from __future__ import annotations

from django.db import models


class CalendarDay(models.Model):
    """One day put right by hand or loaded with a year."""

    day = models.DateField("日期", unique=True, error_messages={"unique": "该日期已登记"})
    is_workday = models.BooleanField("上班")
    name = models.CharField("说明", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历调整"
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_workday else '休息'}"


class HolidayYear(models.Model):
    """A year whose arrangement the State Council has announced and the office has loaded; before that it is provisional."""

    year = models.PositiveSmallIntegerField("年份", unique=True, error_messages={"unique": "该年份已装载"})
    source = models.CharField("依据文件", max_length=200)
    loaded_at = models.DateTimeField("装载时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "放假安排"
        ordering = ("-year",)

    def __str__(self) -> str:
        return f"{self.year} 年放假安排"
