"""文书与台账: ledgers to look at, to fill in, to write out; and what was written out."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casework.enums import WorkStatus
from casework.jobs import work_states
from documents import services
from documents.ledger import Ledger, ledgers
from documents.models import Export
from organizations.access import get_or_404
from organizations.actor import Actor
from organizations.requests import ActorRequest
from ui.errors import DomainError
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page
from ui.sheets import XLSX, attachment_header, write_template


def business(actor: Actor) -> bool:
    return not actor.is_administrator


def _ledger(request: ActorRequest, name: str) -> Ledger:
    ledger = ledgers().get(name)
    if ledger is None or not ledger.to(request.actor):
        raise Http404
    return ledger


def _export(request: ActorRequest, pk: int) -> Export:
    found: Export = get_or_404(Export.objects, request.actor, pk=pk)
    return found


@page(to=business)
def documents(request: ActorRequest) -> HttpResponse:
    """List the ledgers and one's own exports."""
    actor = request.actor
    context = {
        "ledgers": [ledger for ledger in ledgers().values() if ledger.to(actor)],
        "exports": Export.objects.visible_to(actor)[:10],
        "kept": services.KEPT.days,
    }
    return render(request, "documents/documents.html", context)


@page(to=business)
def ledger(request: ActorRequest, name: str) -> HttpResponseBase:
    """Show a ledger as a list, with its conditions."""
    found = _ledger(request, name)
    spec = ListSpec(
        found.title, found.rows, found.screen, filterset=found.filterset, search=found.search, order=found.order, template="documents/ledger.html",
        empty=Empty("台账里还没有内容", "问题反馈给单位后列在这里。"),
    )  # fmt: skip
    return list_page(request, spec, ledger=found, query=request.GET.urlencode())


@page(to=business)
def ledger_template(request: ActorRequest, name: str) -> HttpResponse:
    """Hand out the blank sheet of a ledger."""
    found = _ledger(request, name)
    response = HttpResponse(write_template(found.title, found.template), content_type=XLSX)
    response["Content-Disposition"] = attachment_header(f"{found.title}（空白模板）.xlsx")
    return response


@page(to=business, writes=True)
def export_ledger(request: ActorRequest, name: str) -> HttpResponse:
    """Put the rows of the list into the queue to be written out."""
    found = _ledger(request, name)
    if request.method != "POST":
        return redirect("ledger", name)
    try:
        export = services.ask_export(found, request.actor, request.POST.get("query", ""))
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("ledger", name)
    return redirect(export)


@page(to=business)
def export(request: ActorRequest, pk: int) -> HttpResponse:
    """Show how far an export is; asked by htmx, only that part."""
    found = _export(request, pk)
    context = {
        "export": found,
        "waits_long": work_states.waits_long(found),
        "stop_url": reverse("stop_export", args=[pk]) if found.is_under_way else "",
        "kept": services.KEPT.days,
    }
    return render(request, "documents/export_state.html" if request.htmx else "documents/export.html", context)


@page(to=business, writes=True)
def stop_export(request: ActorRequest, pk: int) -> HttpResponse:
    """Stop an export under way."""
    found = _export(request, pk)
    if request.method == "POST" and work_states.stop(found):
        messages.success(request, "已停止，没有留下文件。")
    return redirect(found)


@page(to=business)
def export_file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Hand out the sheet to whoever asked for it."""
    found = _export(request, pk)
    path = services.folder() / found.file
    if found.status != WorkStatus.READY or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=XLSX)
    response["Content-Disposition"] = attachment_header(
        f"{found.title}_{timezone.localtime(found.asked_at):%Y%m%d}.xlsx"
    )
    response["Cache-Control"], response["X-Content-Type-Options"] = "private, no-store", "nosniff"
    return response
