"""维护: which chores one may ask for, and the newest runs."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from casework.chore import chores_of
from casework.jobs import chore_requests
from casework.models import ChoreRun
from casework.views.long_works import watches_the_worker
from organizations.actor import Actor
from organizations.requests import ActorRequest
from ui.errors import DomainError
from ui.pages import page

SHOWN = 20


def keeps_up(actor: Actor) -> bool:
    return bool(chores_of(actor))


@page(to=keeps_up)
def upkeep(request: ActorRequest) -> HttpResponse:
    """List what one may ask for, and the newest runs."""
    actor: Actor = request.actor
    runs = ChoreRun.objects.visible_to(actor).select_related("post__user")[:SHOWN]
    return render(
        request,
        "casework/upkeep.html",
        {"chores": chores_of(actor), "runs": runs, "watches": watches_the_worker(actor)},
    )


@page(to=keeps_up, writes=True)
def ask_chore(request: ActorRequest, name: str) -> HttpResponse:
    """Put a chore into the queue."""
    actor: Actor = request.actor
    found = {chore.name: chore for chore in chores_of(actor)}.get(name)
    if found is None:
        raise Http404
    if request.method != "POST":
        return redirect("upkeep")
    try:
        return redirect(chore_requests.ask(found, actor))
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("upkeep")
