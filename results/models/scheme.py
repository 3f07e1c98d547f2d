"""计分规则 (docs/domain/results.md 5.2, 拟): rows, not code, in versions; a version in force is not changed, the next
one is written.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from results.querysets import RuleQuerySet, SchemeQuerySet


class ScoreScheme(models.Model):
    """One version of the rules, from a day on."""

    name = models.CharField("名称", max_length=60)
    version = models.PositiveSmallIntegerField("版本")
    from_on = models.DateField("施行日期")
    to_on = models.DateField("施行至", null=True, blank=True)
    total = models.DecimalField("基础分", max_digits=5, decimal_places=1)
    is_proposed = models.BooleanField("拟定稿", default=True)
    source = models.CharField("依据", max_length=200, blank=True)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计分方案"
        ordering = ("-from_on", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("name", "version"), name="scheme_version_once", violation_error_message="该版本已有"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="scheme_dates",
                violation_error_message="施行至不能早于施行日期",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}（第 {self.version} 版）"


class ScoreRule(models.Model):
    """One situation and what it costs or brings. The tiers of a code share its cap; the days are those of an overdue
    band.
    """

    scheme = models.ForeignKey(ScoreScheme, models.CASCADE, related_name="rules", verbose_name="计分方案")
    code = models.CharField("规则码", max_length=6)
    tier = models.PositiveSmallIntegerField("档", default=1)
    situation = models.CharField("情形", max_length=100)
    first_day = models.PositiveSmallIntegerField("整改逾期日起", null=True, blank=True)
    last_day = models.PositiveSmallIntegerField("整改逾期日止", null=True, blank=True)
    points = models.DecimalField("分值", max_digits=5, decimal_places=1)
    per = models.CharField("计量", max_length=4)
    cap = models.DecimalField("封顶", max_digits=5, decimal_places=1)
    adds = models.BooleanField("加分", default=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计分规则"
        ordering = ("scheme_id", "code", "tier")
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "code", "tier"), name="rule_once", violation_error_message="该规则码的这一档已有"
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0, cap__gt=0), name="rule_points", violation_error_message="分值和封顶须大于 0"
            ),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")),
                name="rule_days",
                violation_error_message="整改逾期日止不能早于整改逾期日起",
            ),
        )

    @property
    def days(self) -> str:
        """How long overdue the tier is, in words."""
        return f"{self.first_day} 至 {self.last_day} 日" if self.last_day else f"{self.first_day} 日以上"

    def __str__(self) -> str:
        return f"{self.code} {self.situation}"
