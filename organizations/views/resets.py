"""Resetting passwords: asked for by one administrator, approved by another, fetched once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from organizations import services
from organizations.access import get_or_404
from organizations.columns import RESETS
from organizations.enums import APPROVES_FOR_APPROVERS, APPROVES_RESETS, ResetState
from organizations.filters import ResetFilter, find_resets
from organizations.forms import AskResetForm, DecideResetForm
from organizations.models import PasswordReset, User
from organizations.requests import ActorRequest
from organizations.services import outlooks
from organizations.views.people import first_passwords, is_administrator, keeps_accounts
from ui.deeds import bare, deed_page
from ui.form_actions import said, sent
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page


def approves_resets(actor: Any) -> bool:
    return actor.role in APPROVES_RESETS | APPROVES_FOR_APPROVERS


RESET_LIST = ListSpec(
    title="重置口令申请",
    rows=lambda actor: PasswordReset.objects.visible_to(actor).with_people(),
    columns=RESETS,
    filterset=ResetFilter,
    search=find_resets,
    search_label="姓名、账号或事由",
    order=("-asked_at", "-pk"),
    per_page=50,
    export_name="重置口令申请",
    template="organizations/list.html",
    measure="份",
    empty=Empty("还没有重置口令的申请", "系统管理员在账号页面申请，安全管理员批准。"),
    row_url=lambda reset: reverse("organizations:user", args=[reset.user_id]),
)


@never_cache
@page(to=keeps_accounts, writes=True, asks_once=True)
def reset_password(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a new first password, where nobody could act with it; else ask for it, and fetch it once it is approved."""
    found = get_or_404(User.objects, request.actor, pk=pk)
    back = reverse("organizations:user", args=[pk])
    open_reset = services.resets.open_reset(found)
    is_approved = open_reset is not None and open_reset.stage == ResetState.APPROVED
    needs_approval = services.resets.needs_approval(found)
    if needs_approval and not is_approved:
        return _ask_reset(request, found, back)
    give: Callable[..., str] = services.resets.take_password if needs_approval else services.reset_password
    return deed_page(
        request,
        bare(request),
        lambda _: give(found, actor=request.actor),
        lambda password: first_passwords(request, [(found.username, found.name, password)], back=back),
        foresee=lambda _: outlooks.of_reset(found),
        title=f"重置 {found} 的口令",
        submit="重置口令",
        back=back,
    )


def _ask_reset(request: ActorRequest, found: User, back: str) -> HttpResponse:
    whose = services.resets.whose(found)
    return deed_page(
        request,
        AskResetForm(sent(request)),
        lambda given: services.resets.ask_reset(found, given["reason"], actor=request.actor),
        lambda _: said(request, f"已申请重置 {found} 的口令，等{whose}批准。", back),
        foresee=lambda _: outlooks.of_asking_reset(found),
        title=f"申请重置 {found} 的口令",
        submit="申请重置",
        back=back,
        intro=f"{found} 有岗位，一个人不能重置：由{whose}批准后，再在这里取新的首次口令。",
    )


@page(to=approves_resets, writes=True, asks_once=True)
def decide_reset(request: ActorRequest, pk: int) -> HttpResponse:
    found = get_or_404(User.objects, request.actor, pk=pk)
    if request.actor.role not in services.resets.approvers_of(found):
        raise Http404
    back = reverse("organizations:user", args=[pk])
    reset = services.resets.open_reset(found)
    form = DecideResetForm(sent(request))
    return deed_page(
        request,
        form,
        lambda given: services.resets.decide_reset(found, approve=given["verdict"] == "yes", actor=request.actor),
        lambda made: said(request, f"{found} 的重置申请：{made.get_stage_display()}。", back),
        foresee=lambda given: outlooks.of_deciding(found, approve=given["verdict"] == "yes"),
        title=f"是否批准重置 {found} 的口令",
        submit="提交",
        back=back,
        intro=f"{reset.asked_by.user} 申请，事由：{reset.reason}" if reset else "现在没有待批准的重置申请。",
    )


@page(to=is_administrator)
def resets(request: ActorRequest) -> HttpResponse:
    return list_page(request, RESET_LIST)
