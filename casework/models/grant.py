"""Who else takes part in a card, in which capacity, from when to when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from casework.enums import Capacity
from casework.querysets import GrantQuerySet
from organizations.enums import Role


class Grant(models.Model):
    """A unit (in any role, or in one), or one post, takes part in a card.

    A team is a unit, so it needs no special case.
    """

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="grants", verbose_name="办理卡片")
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, db_index=False, related_name="+", verbose_name="单位"
    )
    role = models.CharField("限角色", max_length=20, choices=Role.choices, blank=True)
    post = models.ForeignKey(
        "organizations.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="限岗位"
    )
    capacity = models.CharField("身份", max_length=12, choices=Capacity.choices)
    from_on = models.DateField("自")
    to_on = models.DateField("至", null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参与"
        ordering = ("case_id", "pk")
        indexes = (models.Index(fields=("unit", "case"), name="grant_unit_case"),)
        constraints = (
            models.UniqueConstraint(
                fields=("case", "unit", "role", "capacity", "from_on"),
                condition=Q(post=None),
                name="one_grant_to_a_unit",
            ),
            models.UniqueConstraint(
                fields=("case", "post", "capacity", "from_on"),
                condition=Q(post__isnull=False),
                name="one_grant_to_a_post",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="grant_dates",
                violation_error_message="截止日不能早于起始日",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_capacity_display()}"
