"""What becomes of a closure: its notice on paper, and how it is withdrawn."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from casework.errors import OverError
from casework.kinds import works_on_cases
from inspections.views.claims import is_office
from organizations.requests import ActorRequest
from rectification import services
from rectification.enums import State
from rectification.forms import WithdrawClosureForm
from rectification.pages import read_notice
from rectification.views.case import case_or_404
from ui.form_actions import files_sent, form_page, said, sent
from ui.pages import page
from ui.taking import Taken, take


@page(to=works_on_cases)
def notice(request: ActorRequest, pk: int) -> HttpResponse:
    """销号通知书 (docs/domain/process.md 2.5), to be printed; only of what was closed under a number."""
    case, actor = case_or_404(request, pk), request.actor
    if case.state != State.CLOSED or not case.content.closure_number:
        raise Http404
    take(request, Taken("printed", f"{case.number} 销号通知书", unit_id=case.unit_id))
    return render(request, "rectification/closure_notice.html", {"case": case, **read_notice(case, actor)})


@page(to=is_office, writes=True)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """撤销销号: a false remedy was found; another round is opened, and this one stays as it was."""
    case = case_or_404(request, pk)
    if case.state != State.CLOSED:
        raise OverError("只有已销号的可以撤销销号", case)
    return form_page(
        request,
        WithdrawClosureForm(sent(request), files_sent(request)),
        lambda given: services.withdraw_closure(case, request.actor, **given),
        lambda following: said(request, f"已撤销销号，另开第 {following.content.round} 轮。", following),
        title=f"撤销销号：{case.title}",
        intro="查实虚假整改的才撤销。本件的销号、文号、日期和统计不变，另开新一轮整改；单位和收到过通知的都会收到。",
        submit="撤销销号，另开新一轮",
        back=case.get_absolute_url(),
    )
