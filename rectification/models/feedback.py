"""督察反馈: a card without content of its own; the office finds it in the admin like every kind."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from casework.models import Case
from casework.querysets import CaseQuerySet
from inspections.enums import Kind


class Feedbacks(models.Manager.from_queryset(CaseQuerySet)):  # type: ignore[misc]
    """The cards of feedbacks alone."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind=Kind.FEEDBACK)


class Feedback(Case):
    """The card of a feedback, as the admin lists it."""

    objects: ClassVar[Any] = Feedbacks()

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "督察反馈"
