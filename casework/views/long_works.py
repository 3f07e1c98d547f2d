"""Any long work: how far it is, what came of it, and stopping it; the page of the worker itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from casework.chore import chores_of
from casework.jobs import long_works, missing_worker, work_states
from casework.jobs.long_works import LongWork
from casework.models import WorkerProcess
from organizations.access import get_or_404
from organizations.actor import Actor
from organizations.requests import ActorRequest
from organizations.services import mail
from ui.pages import page

PROCESSES = 10  # shown, those that lived last first


def watches_the_worker(actor: Actor) -> bool:
    """Whoever keeps the system running, and has 维护 in his bar."""
    return actor.role in missing_worker.KEEPS_IT_RUNNING and bool(chores_of(actor))


def _found(request: ActorRequest, kind: str, pk: int) -> tuple[LongWork, Any]:
    declared = long_works.named(kind)
    if declared is None:
        raise Http404
    rows = declared.model._default_manager.select_related("post__user")
    return declared, get_or_404(rows, request.actor, pk=pk)


@page()
def long_work(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    """Show how far a work is, or what came of it; asked by htmx, only that part."""
    declared, work = _found(request, kind, pk)
    context = {
        "kind": declared,
        "work": work,
        "leads": declared.leads(work, request.actor),
        "waits_long": work_states.waits_long(work),
    }
    return render(request, "casework/work_state.html" if request.htmx else "casework/work.html", context)


@page(writes=True)
def stop_long_work(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    """Stop a work under way."""
    declared, work = _found(request, kind, pk)
    if request.method == "POST" and work_states.stop(work):
        messages.success(request, declared.stopped)
    return redirect(work)


@page(to=watches_the_worker)
def worker(request: ActorRequest) -> HttpResponse:
    """Show when the worker last lived, what waits, what goes on and what failed; not what it is about."""
    processes = WorkerProcess.objects.visible_to(request.actor)[:PROCESSES]
    context = {"processes": processes, "kinds": missing_worker.counted(), "mail": mail.state()}
    return render(request, "casework/worker.html", context)
