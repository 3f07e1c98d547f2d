"""维护: ask for a chore, see how far it is and what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casework.chore import chores_of
from casework.jobs import chore_requests, work_states
from casework.models import ChoreRun
from organizations.access import get_or_404
from organizations.actor import Actor
from organizations.requests import ActorRequest
from ui.errors import DomainError
from ui.pages import page

SHOWN = 20


def keeps_up(actor: Actor) -> bool:
    return bool(chores_of(actor))


def _run(request: ActorRequest, pk: int) -> ChoreRun:
    found: ChoreRun = get_or_404(ChoreRun.objects.select_related("post__user"), request.actor, pk=pk)
    return found


@page(to=keeps_up)
def upkeep(request: ActorRequest) -> HttpResponse:
    """List what one may ask for, and the newest runs."""
    actor: Actor = request.actor
    runs = ChoreRun.objects.visible_to(actor).select_related("post__user")[:SHOWN]
    return render(request, "casework/upkeep.html", {"chores": chores_of(actor), "runs": runs})


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


@page(to=keeps_up)
def chore_run(request: ActorRequest, pk: int) -> HttpResponse:
    """Show how far a run is, or what came of it; asked by htmx, only that part."""
    run = _run(request, pk)
    context = {
        "run": run,
        "waits_long": work_states.waits_long(run),
        "stop_url": reverse("stop_chore", args=[pk]) if run.is_under_way else "",
    }
    return render(request, "casework/chore_state.html" if request.htmx else "casework/chore_run.html", context)


@page(to=keeps_up, writes=True)
def stop_chore(request: ActorRequest, pk: int) -> HttpResponse:
    """Stop a run under way."""
    run = _run(request, pk)
    if request.method == "POST" and work_states.stop(run):
        messages.success(request, "已停止，已做的部分保留，再次运行即可。")
    return redirect(run)
