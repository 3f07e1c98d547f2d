"""Files of a case: add, fetch, take out."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from casework.errors import NotPermittedError
from casework.files import attachments
from casework.forms import AttachForm, ReasonForm
from casework.models import Attachment, Case
from casework.views.steps import BUSINESS
from casework.workflow.circuits import circuit_of
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from ui.errors import DomainError
from ui.pages import page


@page(to=BUSINESS, writes=True)
def attach(request: ActorRequest, pk: int) -> HttpResponse:
    """Add files to an open case one may work on."""
    case: Case = get_or_404(Case.objects.select_related("unit"), request.actor, pk=pk)
    actor = request.actor
    circuit = circuit_of(case)
    if not case.is_open or not (circuit.permitted(case, actor) or circuit.editable(case, actor)):
        raise NotPermittedError("本件现在不由您办理，不能添加附件")
    form = AttachForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                for file in form.cleaned_data["files"]:
                    attachments.attach(
                        case, actor, file, kind=form.cleaned_data["kind"], formed_on=form.cleaned_data["formed_on"]
                    )
        except DomainError as refused:
            form.add_error("files", refused.message)
        else:
            messages.success(request, f"已添加 {len(form.cleaned_data['files'])} 件附件。")
            return redirect(case)
    return render(
        request,
        "ui/form_page.html",
        {"title": f"添加附件：{case.title}", "form": form, "submit": "上传", "back": case.get_absolute_url()},
    )


@page(to=BUSINESS)
def attachment(request: ActorRequest, pk: int) -> HttpResponse:
    """Serve one file, through the scope of its case."""
    row: Attachment = get_or_404(Attachment.objects.filter(removed_at=None), request.actor, pk=pk)
    return attachments.serve(request, row)


@page(to=BUSINESS, writes=True)
def detach(request: ActorRequest, pk: int) -> HttpResponse:
    """Take one's own file out of an open case, with a reason."""
    row: Attachment = get_or_404(
        Attachment.objects.select_related("case").filter(removed_at=None), request.actor, pk=pk
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            attachments.withdraw_file(row, request.actor, form.cleaned_data["reason"])
        except DomainError as refused:
            form.add_error("reason", refused.message)
        else:
            messages.success(request, f"已撤下“{row.name}”。")
            return redirect(row.case)
    return render(
        request,
        "ui/form_page.html",
        {"title": f"撤下附件：{row.name}", "form": form, "submit": "撤下", "back": row.case.get_absolute_url()},
    )
