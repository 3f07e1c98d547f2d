"""整改: one a finding and responsible unit, in numbered rounds.

A relapse opens round n+1 and leaves the first round alone.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.querysets import ContentQuerySet


class Rectification(models.Model):
    """What one unit does about one finding, in one round."""

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="rectification", verbose_name="办理卡片"
    )
    finding = models.ForeignKey(
        "inspections.Finding", models.PROTECT, related_name="rectifications", verbose_name="问题"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="next_round", verbose_name="上一轮"
    )
    feedback = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, blank=True, related_name="fed_back", verbose_name="督察反馈"
    )  # by which it came to the unit; later rounds come by no feedback
    part = models.TextField("承担部分", blank=True, max_length=2_000)  # of a finding that was split; empty: the whole
    goal = models.TextField("整改目标", blank=True, max_length=2_000)
    cause = models.ForeignKey(
        "rectification.RootCause", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="问题根源"
    )
    leader_title = models.CharField("责任领导（职务）", max_length=40, blank=True)
    owner = models.CharField("责任人", max_length=40, blank=True)
    institution = models.CharField("建章立制", max_length=200, blank=True)
    stage_goal = models.CharField("阶段目标", max_length=200, blank=True)
    expected_on = models.DateField("预计最终完成日期", null=True, blank=True)
    next_review_on = models.DateField("下次复核日期", null=True, blank=True)
    extensions = models.PositiveSmallIntegerField("延期次数", default=0)
    asked_due_on = models.DateField("申请延至", null=True, blank=True)
    published_on = models.DateField("公示起始日期", null=True, blank=True)  # of the publicity that is or was last
    closure_number = models.CharField("销号文号", max_length=40, blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=Q(round__gte=1), name="round_from_one"),
            models.CheckConstraint(condition=Q(round=1) | Q(previous__isnull=False), name="later_round_has_previous"),
            models.CheckConstraint(
                condition=Q(stage_goal="", expected_on=None)
                | (~Q(stage_goal="") & Q(expected_on__isnull=False, next_review_on__isnull=False)),
                name="rectification_stage_whole",
                violation_error_message="阶段目标、下次复核日期、预计最终完成日期须同时填写",
            ),
            models.CheckConstraint(
                condition=Q(extensions__lte=2),  # docs/domain/compliance.md 7.1.6
                name="rectification_extensions_at_most",
                violation_error_message="延期最多 2 次",
            ),
            models.UniqueConstraint(
                fields=("closure_number",),
                condition=~Q(closure_number=""),
                name="closure_number_once",
                violation_error_message="销号文号重复",
            ),
        )

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()
