"""Files of a case: add, fetch, take out."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpResponse

from casework.errors import OverError
from casework.files.converting import pdf_of
from casework.files.response import Sent, serve
from casework.forms import AttachForm, NewVersionForm, ReasonForm
from casework.kinds import works_on_cases
from casework.models import Attachment, Case
from casework.services import attachments
from casework.workflow.circuits import circuit_of
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from ui.errors import DomainError
from ui.form_actions import files_sent, form_page, said, sent
from ui.pages import page
from ui.taking import Taken, take


@page(to=works_on_cases, writes=True)
def attach(request: ActorRequest, pk: int) -> HttpResponse:
    """Add files to an open case one may work on."""
    case: Case = get_or_404(Case.objects.select_related("unit"), request.actor, pk=pk)
    actor = request.actor
    circuit = circuit_of(case)
    if not case.is_open or not (circuit.permitted(case, actor) or circuit.editable(case, actor)):
        raise OverError("本件现在不由您办理，不能添加附件", case)

    def do(given: dict[str, Any]) -> int:
        for file in given["files"]:
            attachments.attach(case, actor, file, kind=given["kind"], formed_on=given["formed_on"])
        return len(given["files"])

    return form_page(
        request,
        AttachForm(sent(request), files_sent(request)),
        do,
        lambda n: said(request, f"已添加 {n} 件附件。", case),
        title=f"添加附件：{case.title}",
        submit="上传",
        back=case.get_absolute_url(),
    )


@page(to=works_on_cases)
def attachment(request: ActorRequest, pk: int) -> HttpResponse:
    """Serve one file, through the scope of its case."""
    row = _in_scope(request, pk)
    _tell(request, row)
    return serve(request, row)


@page(to=works_on_cases)
def attachment_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """Serve the PDF that was made of a Word or Excel file, as the file itself is served."""
    row = _in_scope(request, pk)
    pdf = pdf_of(row)
    if not pdf:
        raise Http404
    _tell(request, row)
    return serve(request, Sent(pdf, f"{row.name}.pdf", "application/pdf"))


def _in_scope(request: ActorRequest, pk: int) -> Attachment:
    row: Attachment = get_or_404(
        Attachment.objects.filter(removed_at=None).select_related("case"), request.actor, pk=pk
    )
    return row


def _tell(request: ActorRequest, row: Attachment) -> None:
    """Tell the log that a file is taken, or looked at."""
    case, later = row.case, re.match(r"bytes=[1-9]", request.headers.get("Range", ""))
    about = f"{case.number or case.pk} 附件 {row.sha256[:12]}"  # which file, not how it is called
    take(request, Taken("download", about, unit_id=case.unit_id, is_piece=bool(later)))


@page(to=works_on_cases, writes=True)
def detach(request: ActorRequest, pk: int) -> HttpResponse:
    """Take one's own file out of an open case, with a reason."""
    row: Attachment = get_or_404(
        Attachment.objects.select_related("case").filter(removed_at=None), request.actor, pk=pk
    )
    return form_page(
        request,
        ReasonForm(sent(request)),
        lambda given: attachments.withdraw_file(row, request.actor, given["reason"]),
        lambda _: said(request, f"已撤下“{row.name}”。", row.case),
        title=f"撤下附件：{row.name}",
        submit="撤下",
        back=row.case.get_absolute_url(),
    )


@page(to=works_on_cases, writes=True)
def replace(request: ActorRequest, pk: int) -> HttpResponse:
    """Put a new version in the place of one's own file; the former stays on record."""
    row: Attachment = get_or_404(
        Attachment.objects.select_related("case").filter(removed_at=None), request.actor, pk=pk
    )

    def do(given: dict[str, Any]) -> Attachment:
        if len(given["files"]) != 1:
            raise DomainError("一次换一个文件", {"files": "请只选一个文件"})
        return attachments.replace_file(row, request.actor, given["files"][0], given["reason"])

    return form_page(
        request,
        NewVersionForm(sent(request), files_sent(request)),
        do,
        lambda new: said(request, f"已换成“{new.name}”，旧版保留在“旧版本”里。", row.case),
        title=f"换新版本：{row.name}",
        intro="旧版保留，仍可打开。用作佐证的，新版本接着作佐证；对相应措施的认定随之失效，须重新认定。",
        submit="换新版本",
        back=row.case.get_absolute_url(),
    )
