"""A measure with its evidence beside it, and the word of whoever judges it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from casework.kinds import works_on_cases
from organizations.requests import ActorRequest
from rectification import services
from rectification.forms import verdict_forms
from rectification.pages import read_evidence
from rectification.views.case import case_or_404
from ui.pages import page


@page(to=works_on_cases)
def beside(request: ActorRequest, pk: int) -> HttpResponse:
    """One file after the other beside what it is to prove; a file that is looked at is told like one that is taken."""
    case, actor = case_or_404(request, pk), request.actor
    found = read_evidence(case, actor, request.GET.get("m", ""), request.GET.get("f", ""))
    judging = services.judge_of(case, actor)
    rows = [found["row"]] if judging and found["row"] else []
    forms = verdict_forms(rows, judging, None, auto_id="beside_%s") if judging else []  # a page may hold the sheet too
    return render(request, "rectification/evidence.html", found | {"verdict_forms": forms})
