"""What became of forms that a browser still holds drafts of."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse

from casework.services.pending_files import kept_for
from organizations.models import SentForm
from organizations.requests import ActorRequest
from ui.pages import page
from ui.sending import SHAPE

MOST = 40  # drafts a browser asks about at once


@page()
def sent_forms(request: ActorRequest) -> HttpResponse:
    """Say of each token (`t`) where the form led if it was accepted, and which files are kept for it.

    A form whose answer was lost on the way, or whose browser was killed, is so known to be done.
    """
    tokens = [token for token in request.GET.getlist("t")[:MOST] if SHAPE.fullmatch(token)]  # others are none of ours
    accepted = SentForm.objects.visible_to(request.actor).filter(token__in=tokens)
    files: dict[str, list[dict[str, object]]] = {}
    for row in kept_for(request.actor, tokens):
        files.setdefault(row.token, []).append({"pk": row.pk, "field": row.field, "name": row.name})
    leads = {row.token: row.leads for row in accepted.order_by("pk")}
    return JsonResponse({"accepted": leads, "files": files})
