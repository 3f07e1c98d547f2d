"""A feedback on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from casework.kinds import spec_of, works_on_cases
from casework.views.kinds import card_of_kind
from inspections.enums import Kind
from organizations.requests import ActorRequest
from rectification.pages import read_feedback
from ui.pages import page
from ui.taking import Taken, take


@page(to=works_on_cases)
def printed(request: ActorRequest, pk: int) -> HttpResponse:
    """The issue as it is signed for on paper: to each reader what he may see of it."""
    card, actor = card_of_kind(request, spec_of(Kind.FEEDBACK), pk), request.actor
    take(request, Taken("printed", f"{card.number} 督察反馈意见", unit_id=card.unit_id))
    shown = {"case": card, "today": actor.today} | read_feedback(card, actor, {})
    return render(request, "rectification/feedback_print.html", shown)
