"""A post: a person holds a role for a unit from a day to a day. Rights follow the post, not the account."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from organizations.enums import Role
from organizations.querysets import PostQuerySet


class Post(models.Model):
    """A dated appointment; `to_on` is the last day (included), empty while it lasts."""

    user = models.ForeignKey("organizations.User", models.PROTECT, related_name="posts", verbose_name="人员")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="posts", verbose_name="单位")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    title = models.CharField("职务", max_length=30, blank=True)
    from_on = models.DateField("任职自")
    to_on = models.DateField("任职至", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        ordering = ("unit_id", "role", "from_on", "pk")
        indexes = (models.Index(fields=("unit", "role", "from_on"), name="post_unit_role"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="post_dates",
                violation_error_message="任职截止日不能早于任职起始日",
            ),
            models.UniqueConstraint(
                fields=("user", "unit", "role", "from_on"),
                name="one_post",
                violation_error_message="该人员同一天已有同一岗位",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.unit} · {self.title or self.get_role_display()}"

    @property
    def words(self) -> str:
        """Unit and title, where one of several posts is to be told from the others."""
        return f"{self.unit.told_apart} · {self.title or self.get_role_display()}"

    def place_on(self, day: date) -> str:
        """Return unit and title as they were called on a day: 环县 · 单位联络员."""
        return f"{self.unit.name_on(day)} · {self.title or self.get_role_display()}"

    def is_in_force(self, on: date) -> bool:
        return self.from_on <= on and (self.to_on is None or self.to_on >= on)
