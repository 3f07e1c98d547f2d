"""成果运用: the rules in force, and the facts to which they apply."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from organizations.actor import Actor
from organizations.requests import ActorRequest
from results.facts import OVERDUE, overdue_facts
from results.models import ScoreScheme
from ui.pages import page


def may_read(actor: Actor) -> bool:
    """The office and leaders see every unit's facts, a unit its own."""
    return "results" in actor.standing.menu


@page(to=may_read)
def results(request: ActorRequest) -> HttpResponse:
    actor: Any = request.actor
    scheme = ScoreScheme.objects.visible_to(actor).in_force(actor.today).prefetch_related("rules").first()
    rules = list(scheme.rules.all()) if scheme else []
    overdue = [rule for rule in rules if rule.code == OVERDUE]
    context = {
        "scheme": scheme,
        "rules": rules,
        "overdue": overdue,
        "facts": overdue_facts(actor, overdue, actor.today),
        "on": actor.today,
    }
    return render(request, "results/results.html", context)
