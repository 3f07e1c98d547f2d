"""A unit: what is inspected, consulted, coordinates, supervises an industry, or inspects (a team is a dated unit of its
own kind).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat
from django.urls import reverse

from organizations.enums import UnitCategory
from organizations.models.names import SoughtField
from organizations.querysets import DictionaryQuerySet, UnitQuerySet


def name_of_day(now: str, past: Sequence[Sequence[str]], day: date) -> str:
    """Return what a unit was called on a day: `past` holds [last day, short name], oldest first."""
    return next((name for to_on, name in past if day.isoformat() <= to_on), now)


class Unit(models.Model):
    """A unit under the name it bears now; `names` keeps the earlier ones, `successor` says what it was merged into."""

    code = models.CharField(
        "代码", max_length=30, unique=True, error_messages={"unique": "已有使用该代码的单位，请核对代码"}
    )
    name = models.CharField("全称", max_length=60)
    short_name = models.CharField("简称", max_length=30)
    initials = models.CharField("拼音首字母", max_length=30, blank=True)
    sought = SoughtField("查找用的名称", of=("short_name", "name"))
    category = models.CharField("类别", max_length=20, choices=UnitCategory.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级单位"
    )
    has_enforcement_power = models.BooleanField("有行政执法权", default=False)
    is_inspected = models.BooleanField("被督察单位", default=False)
    is_consulted = models.BooleanField("征求意见单位", default=False)
    is_coordination_member = models.BooleanField("协调小组成员单位", default=False)
    is_industry_supervisor = models.BooleanField("行业主管部门", default=False)
    opened_on = models.DateField("设立日期", null=True, blank=True)
    abolished_on = models.DateField("撤销日期", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="并入单位"
    )
    note = models.CharField("备注", max_length=200, blank=True)
    past_names = models.JSONField("曾用简称", default=list, editable=False)  # [[last day, short name]], oldest first:
    # `names` once more, where every query that brings a unit has it, so that no page asks again for the names of a day
    place = models.GeneratedField(
        expression=Concat(Case(When(category=UnitCategory.COUNTY, then=Value("0")), default=Value("1")), F("code")),
        output_field=models.CharField(max_length=31),
        db_persist=True,
        verbose_name="排列次序",
    )  # counties first, then departments, each by code: the order of every list and sheet

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ("place",)
        constraints = (
            models.CheckConstraint(
                condition=Q(abolished_on=None) | Q(opened_on=None) | Q(abolished_on__gt=F("opened_on")),
                name="unit_dates",
                violation_error_message="撤销日期须晚于设立日期",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(abolished_on__isnull=False),
                name="unit_merged_has_date",
                violation_error_message="并入其他单位须填撤销日期",
            ),
        )

    def __str__(self) -> str:
        return self.short_name

    @property
    def retired(self) -> str:
        """What a choice adds to a unit that is no more."""
        return "已撤销" if self.abolished_on else ""

    @property
    def told_apart(self) -> str:
        """The short name; of a team the whole one, with its campaign: each campaign has a 第一督察组."""
        return self.name if self.category == UnitCategory.TEAM else self.short_name

    def get_absolute_url(self) -> str:
        return reverse("organizations:unit", args=[self.pk])

    def name_on(self, day: date) -> str:
        """Return the short name in force on a day: an old finding shows the name of its day
        (docs/domain/dictionaries.md 12.4).
        """
        return name_of_day(self.short_name, self.past_names, day)

    def names_with_days(self) -> list[tuple[UnitName, date | None]]:
        """Return the earlier names, the latest first, each with its first day (None where that is not known)."""
        past = sorted(self.names.all(), key=lambda name: name.to_on)
        begun = [self.opened_on, *(name.to_on + timedelta(1) for name in past[:-1])]
        return list(zip(past, begun, strict=False))[::-1]

    def family_ids(self) -> list[int]:
        """Return the ids of this unit, of all units below it and of all units merged into any of them."""
        found, level = [self.pk], [self.pk]
        while level:
            rows = Unit.objects.filter(Q(parent_id__in=level) | Q(successor_id__in=level)).exclude(pk__in=found)
            level = list(rows.order_by("pk").values_list("pk", flat=True))
            found += level
        return found


class UnitName(models.Model):
    """A name the unit bore until `to_on` (included). The present name stands on the unit itself."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names", verbose_name="单位")
    name = models.CharField("原全称", max_length=60)
    short_name = models.CharField("原简称", max_length=30)
    to_on = models.DateField("使用至")
    basis = models.CharField("更名依据", max_length=200, blank=True)

    objects = DictionaryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位曾用名"
        ordering = ("unit_id", "to_on")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "to_on"), name="one_rename_a_day", violation_error_message="同一单位同一天只能更名一次"
            ),
        )

    def __str__(self) -> str:
        return f"{self.short_name}(至 {self.to_on})"
