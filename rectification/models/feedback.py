"""督察反馈: a card without content of its own; the office finds it in the admin like every kind."""

from __future__ import annotations

from casework.models import Case


class Feedback(Case):
    """The card of a feedback, as the admin lists it."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "督察反馈"
