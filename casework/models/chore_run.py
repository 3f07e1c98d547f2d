"""维护任务: a chore asked for on a page, with what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from casework.enums import UNFINISHED
from casework.models.background import BackgroundWork
from casework.querysets import ChoreRunQuerySet


class ChoreRun(BackgroundWork):
    """One run of a chore (casework/chore.py).

    `wrong` holds what it found, a sentence a line, at most `chore_requests.KEPT` of `n_wrong`.
    """

    chore = models.CharField("任务", max_length=40)
    title = models.CharField("名称", max_length=40)
    said = models.CharField("结果", max_length=200, blank=True)
    n_wrong = models.PositiveIntegerField("不符", default=0)
    wrong = models.TextField("不符之处", blank=True)
    mend = models.TextField("怎么办", blank=True)

    objects = ChoreRunQuerySet.as_manager()

    class Meta(BackgroundWork.Meta):
        verbose_name = verbose_name_plural = "维护任务"
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            *BackgroundWork.Meta.constraints,
            models.UniqueConstraint(
                fields=("chore",),
                condition=Q(status__in=sorted(UNFINISHED)),
                name="chore_once_at_a_time",
                violation_error_message="这项维护任务正在进行，请等它做完",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("long_work", args=["chore", self.pk])
