"""文书与台账: which ledgers there are, and the sheets written in the background for whoever asked."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casework.enums import WorkStatus
from documents import services
from documents.models import Export
from documents.models.export import KEPT
from organizations.access import get_or_404, has_in_menu
from organizations.requests import ActorRequest
from ui.errors import DomainError
from ui.lists import EXPORTING, LEDGERS
from ui.pages import page
from ui.sheets import XLSX, attachment_header
from ui.taking import Taken, take

has_papers = has_in_menu("documents")


@page(to=has_papers)
def documents(request: ActorRequest) -> HttpResponse:
    """List the ledgers and one's own exports."""
    actor = request.actor
    context = {
        "ledgers": [
            {
                "title": ledger.spec.export_name,
                "purpose": ledger.purpose,
                "n_columns": ledger.n_columns(actor),
                "url": reverse(ledger.url_name),
                "blank": ledger.spec.blank,
            }
            for ledger in LEDGERS
            if ledger.to(actor)
        ],
        "exports": Export.objects.visible_to(actor)[:10],
        "kept": KEPT.days,
    }
    return render(request, "documents/documents.html", context)


@page(to=has_papers)
def former_ledger(request: ActorRequest) -> HttpResponse:
    """Lead on to the one ledger of rectifications, with the conditions of the old address."""
    query = request.GET.urlencode()
    return redirect(f"{reverse('rectifications')}?{query}" if query else reverse("rectifications"))


@page(to=has_papers)
def former_template(request: ActorRequest) -> HttpResponse:
    """Lead on to the blank template of that ledger."""
    return redirect(f"{reverse('rectifications')}?export=blank")


@page(writes=True)
def ask_export(request: ActorRequest) -> HttpResponse:
    """Put the sheet of a list, or its 打印版, into the queue; the list's own page sent its address, signed."""
    try:
        path = str(signing.loads(request.POST.get("list", ""), salt=EXPORTING))
    except signing.BadSignature as forged:
        raise Http404 from forged
    query = request.POST.get("query", "")
    on_paper = "&export=print" if "print" in request.POST else ""
    try:
        export = services.ask_export(request.actor, path, query + on_paper, partial(take, request))
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect(f"{path}?{query}" if query else path)
    return redirect(export)


@page()
def export_file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Hand out the sheet to whoever asked for it."""
    found: Export = get_or_404(Export.objects, request.actor, pk=pk)
    path = services.folder() / found.file
    if found.status != WorkStatus.READY or not path.is_file():
        raise Http404
    take(request, Taken("download", found.title, found.total))
    response = FileResponse(path.open("rb"), content_type=XLSX)
    response["Content-Disposition"] = attachment_header(
        f"{found.title}_{timezone.localtime(found.asked_at):%Y%m%d}.xlsx"
    )
    response["Cache-Control"], response["X-Content-Type-Options"] = "private, no-store", "nosniff"
    return response
