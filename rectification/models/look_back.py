"""回头看: whether what was remedied has held (docs/domain/process.md 1.4, P14)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.querysets import ContentQuerySet
from rectification.enums import LookBackState, LookBackVerdict


class LookBack(models.Model):
    """A look back at one rectification.

    The card says for which day it is planned (`due_on`), how it came about (`subkind`), when it was booked and judged;
    the trail says by whom.
    """

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="lookback", verbose_name="办理卡片"
    )
    rectification = models.ForeignKey("casework.Case", models.PROTECT, related_name="look_backs", verbose_name="整改")
    verdict = models.CharField("结论", max_length=10, choices=LookBackVerdict.choices, blank=True)
    found = models.CharField("核查情况", max_length=500, blank=True)
    next_round = models.OneToOneField(
        "casework.Case", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="重新挂账"
    )

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回头看"
        ordering = ("-case_id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict="", found="", next_round=None) | ~Q(verdict=""),
                name="look_back_judged",
                violation_error_message="没有结论的回头看，不得有核查情况和新一轮整改",
            ),
        )

    @property
    def state_word(self) -> str:
        """Where it stands, in words."""
        return str(LookBackState(self.case.state).label)

    def __str__(self) -> str:
        return str(self.case)
