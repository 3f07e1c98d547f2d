"""办理期限: how long a case may stay in a state.

Rows the office can change, because most are 待核 or 拟 (docs/domain/process.md 1.5).
"""

from __future__ import annotations

from django.db import models

from casework.kinds import spec_of
from organizations.querysets import DictionaryQuerySet


class StepLimit(models.Model):
    """The limit of one state of one kind of case."""

    class Unit(models.TextChoices):
        WORKDAY = "workday", "个工作日"
        DAY = "day", "日"
        MONTH = "month", "个月"

    kind = models.CharField("类型", max_length=16)
    state = models.CharField("状态", max_length=16)
    n = models.PositiveSmallIntegerField("期限")
    unit = models.CharField("单位", max_length=8, choices=Unit.choices, default=Unit.WORKDAY)
    source = models.CharField("依据", max_length=100, blank=True)

    objects = DictionaryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理期限"
        ordering = ("kind", "state")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "state"), name="one_limit_a_state", violation_error_message="该状态已有期限"
            ),
            models.CheckConstraint(
                condition=models.Q(n__gte=1, n__lte=400),
                name="limit_range",
                violation_error_message="期限须在 1 至 400 之间",
            ),
        )

    def __str__(self) -> str:
        return f"{spec_of(self.kind).label} {self.state_word} {self.term}"

    @property
    def term(self) -> str:
        return f"{self.n} {self.get_unit_display()}"

    @property
    def state_word(self) -> str:
        """The state in the office's word; a state that the kind has no more by its name."""
        return dict(spec_of(self.kind).table.whole.states.choices).get(self.state, self.state)
