"""People: accounts, their posts, and what the administrators do to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from organizations import services
from organizations.access import get_or_404
from organizations.columns import POSTS, USERS
from organizations.enums import (
    ADMINISTRATORS,
    GRANTS_POSTS,
    KEEPS_ACCOUNTS,
    KEEPS_POLICY,
    OFFICE,
    Role,
)
from organizations.filters import PostFilter, UserFilter, find_posts, find_users
from organizations.forms import (
    AccountForm,
    AmendAccountForm,
    EndPostForm,
    PostForm,
    ReplaceForm,
)
from organizations.models import Post, StagedImport, User
from organizations.requests import ActorRequest
from organizations.services import outlooks
from ui.deeds import Outlook, bare, deed_page
from ui.form_actions import form_page, said, sent
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page


def is_administrator(actor: Any) -> bool:
    return actor.role in ADMINISTRATORS


def reads_posts(actor: Any) -> bool:
    return actor.role in OFFICE | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}


def keeps_accounts(actor: Any) -> bool:
    return actor.role in KEEPS_ACCOUNTS


def grants_posts(actor: Any) -> bool:
    return actor.role in GRANTS_POSTS


def keeps_any(actor: Any) -> bool:
    return actor.role in KEEPS_ACCOUNTS | KEEPS_POLICY


def acts(actor: Any) -> list[tuple[str, str]]:
    """What may be done from the list of accounts."""
    if keeps_accounts(actor):
        return [
            (reverse("organizations:new_user"), "新建账号"),
            (reverse("organizations:sheet", args=["users"]), "导入人员"),
        ]
    if not grants_posts(actor):
        return []
    waiting, asked = StagedImport.objects.visible_to(actor).count(), services.resets.waiting()
    return [
        (reverse("organizations:sheet", args=["posts"]), f"导入岗位（{waiting} 份待确认）" if waiting else "导入岗位"),
        (reverse("organizations:resets"), f"重置口令（{asked} 份待批准）" if asked else "重置口令"),
    ]


USER_LIST = ListSpec(
    title="账号",
    rows=lambda actor: User.objects.visible_to(actor).with_posts(actor.today),
    columns=USERS,
    filterset=UserFilter,
    search=find_users,
    search_label="姓名、拼音首字母或账号",
    order=("name_key", "username"),
    per_page=50,
    export_name="账号名单",
    template="organizations/list.html",
    acts=acts,
    measure="个",
    empty=Empty("还没有账号", "新建账号，或者导入一份人员名单。"),
    row_url=lambda user: reverse("organizations:user", args=[user.pk]),
)
POST_LIST = ListSpec(
    title="岗位",
    rows=lambda actor: Post.objects.visible_to(actor).select_related("user__home_unit", "unit"),
    columns=POSTS,
    filterset=PostFilter,
    search=find_posts,
    search_label="姓名、单位或拼音首字母",
    order=("unit__place", "role", "pk"),
    per_page=50,
    export_name="岗位名单",
    template="organizations/list.html",
    measure="个",
    empty=Empty("还没有岗位", "在人员的页面上授予岗位。"),
)


@page(to=is_administrator)
def users(request: ActorRequest) -> HttpResponse:
    return list_page(request, USER_LIST)


@page(to=reads_posts)
def posts(request: ActorRequest) -> HttpResponse:
    return list_page(request, POST_LIST)


@page(to=is_administrator)
def user(request: ActorRequest, pk: int) -> HttpResponse:
    """One account: posts through time, whether it is locked, what was done to it."""
    found = get_or_404(User.objects.select_related("home_unit"), request.actor, pk=pk)
    lock, factors = services.guesses.waits_until(found), services.factors_of(found)
    possible = {
        "unlock": lock, "close": found.is_active, "reopen": not found.is_active, "recover-factor": bool(factors),
    }  # fmt: skip
    context = {
        "person": found,
        "posts": found.posts.through_time(),
        "today": request.actor.today,
        "lock": lock,
        "factors": factors,
        "reset": services.resets.open_reset(found),
        "approves": request.actor.role in services.resets.approvers_of(found),
        "deeds": [(name, one) for name, one in DEEDS.items() if one.who(request.actor) and possible[name]],
        "keeps_accounts": keeps_accounts(request.actor),
        "grants_posts": grants_posts(request.actor),
        "events": found.account_events.visible_to(request.actor).with_people()[:20],
    }
    return render(request, "organizations/user.html", context)


@never_cache
@page(to=keeps_accounts, writes=True)
def new_user(request: ActorRequest) -> HttpResponse:
    def do(given: dict[str, Any]) -> tuple[User, str]:
        return services.open_account(
            given["username"], given["name"], home_unit=given["home_unit"], mail=given["mail"], actor=request.actor
        )

    def then(made: tuple[User, str]) -> HttpResponse:
        user, password = made
        back = reverse("organizations:user", args=[user.pk])
        return first_passwords(request, [(user.username, user.name, password)], back=back)

    return form_page(
        request,
        AccountForm(sent(request)),
        do,
        then,
        title="新建账号",
        submit="建立账号",
        back=reverse("organizations:users"),
        intro="建好后显示一次首次口令；岗位由安全管理员授予，有了岗位才能办件。",
    )


@page(to=keeps_accounts, writes=True)
def amend_user(request: ActorRequest, pk: int) -> HttpResponse:
    found = get_or_404(User.objects.select_related("home_unit"), request.actor, pk=pk)
    back = reverse("organizations:user", args=[pk])
    form = AmendAccountForm(
        sent(request), initial={"name": found.name, "home_unit": found.home_unit, "mail": found.mail}
    )
    return form_page(
        request,
        form,
        lambda given: services.amend_account(found, actor=request.actor, **given),
        lambda _: said(request, f"{form.cleaned_data['name']} 的账号已改。", back),
        title=f"修改 {found} 的账号",
        submit="保存账号",
        back=back,
    )


class Deed(NamedTuple):
    """What an administrator does to an account with the word alone."""

    who: Callable[[Any], bool]
    label: str
    act: Callable[..., Any]
    foresee: Callable[[User], Outlook]
    said: str
    hint: str = ""


DEEDS: dict[str, Deed] = {
    "unlock": Deed(keeps_any, "解除等待", services.unlock, outlooks.of_unlocking, "{} 可以马上再试登录。"),
    "close": Deed(
        keeps_accounts,
        "停用账号",
        services.close_account,
        outlooks.of_closing,
        "{} 的账号已停用，岗位和历史都保留。",
        "岗位和历史保留，可以恢复",
    ),
    "reopen": Deed(keeps_accounts, "恢复账号", services.reopen_account, outlooks.of_reopening, "{} 的账号已恢复。"),
    "recover-factor": Deed(
        grants_posts,
        "解除动态口令、安全密钥",
        services.recover_factor,
        outlooks.of_recovering,
        "{} 的动态口令、安全密钥已解除，下次登录重新绑定。",
        "手机、密钥丢失、更换时用，下次登录重新绑定",
    ),
}


@page(to=keeps_any, writes=True, asks_once=True)
def deed(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    asked = DEEDS[name]
    if not asked.who(request.actor):
        raise Http404
    found = get_or_404(User.objects, request.actor, pk=pk)
    back = reverse("organizations:user", args=[pk])
    return deed_page(
        request,
        bare(request),
        lambda _: asked.act(found, actor=request.actor),
        lambda _: said(request, asked.said.format(found), back),
        foresee=lambda _: asked.foresee(found),
        title=f"{asked.label}（{found}，{found.username}）",
        submit=asked.label,
        back=back,
    )


@page(to=grants_posts, writes=True)
def appoint(request: ActorRequest, pk: int) -> HttpResponse:
    found = get_or_404(User.objects, request.actor, pk=pk)
    back = reverse("organizations:user", args=[pk])

    def then(post: Post) -> HttpResponse:
        text = f"{found} 自 {post.from_on:%Y-%m-%d} 起任 {post.unit} {post.get_role_display()}。"
        return said(request, text, back)

    return form_page(
        request,
        PostForm(sent(request)),
        lambda given: services.appoint(found, actor=request.actor, **given),
        then,
        title=f"授予 {found} 岗位",
        submit="授予岗位",
        back=back,
    )


@page(to=grants_posts, writes=True, asks_once=True)
def end_post(request: ActorRequest, pk: int) -> HttpResponse:
    post = get_or_404(Post.objects.select_related("user", "unit"), request.actor, pk=pk)
    back = reverse("organizations:user", args=[post.user_id])

    def then(ended: Post) -> HttpResponse:
        text = f"{ended.user} 的 {ended.unit} {ended.get_role_display()} 到 {ended.to_on:%Y-%m-%d} 为止。"
        return said(request, text, back)

    return deed_page(
        request,
        EndPostForm(sent(request)),
        lambda given: services.end_post(post, given["to_on"], actor=request.actor),
        then,
        foresee=lambda given: outlooks.of_ending(post, given["to_on"], request.actor),
        title=f"结束岗位（{post.user}，{post.unit} {post.get_role_display()}）",
        submit="结束岗位",
        back=back,
        intro=_who_goes_on(post, request.actor.today),
    )


def _who_goes_on(post: Post, today: date) -> str:
    """Say, before a day is chosen, whether somebody goes on with what is in hand."""
    if services.goes_on(post, today):
        return "在手上的件不动，由同单位同角色的人接着办。"
    left = "；".join(services.left_alone([post], today))
    return f"同一岗位没有别人长期在任，请先办“换人”。{left}{'。' if left else ''}"


@page(to=grants_posts, writes=True, asks_once=True)
def replace_person(request: ActorRequest, pk: int) -> HttpResponse:
    post = get_or_404(Post.objects.select_related("user", "unit"), request.actor, pk=pk)

    def do(given: dict[str, Any]) -> Post:
        return services.replace_person(
            post, given["user"], from_on=given["from_on"], title=given["title"], actor=request.actor
        )

    def then(new: Post) -> HttpResponse:
        text = f"{new.user} 自 {new.from_on:%Y-%m-%d} 起接任 {new.unit} {new.get_role_display()}。"
        return said(request, text, "organizations:user", new.user_id)

    return deed_page(
        request,
        ReplaceForm(sent(request)),
        do,
        then,
        foresee=lambda given: outlooks.of_replacing(post, given["user"], given["from_on"], request.actor),
        title=f"换人（{post.unit} {post.get_role_display()}，原任 {post.user}）",
        submit="换人",
        back=reverse("organizations:user", args=[post.user_id]),
    )


def first_passwords(request: ActorRequest, made: Iterable[tuple[str, str, str]], *, back: str) -> HttpResponse:
    """Show first passwords this once: they are kept nowhere, so this page answers the POST itself and is not stored."""
    response = render(request, "organizations/first_passwords.html", {"made": list(made), "back": back})
    response["Cache-Control"] = "no-store"
    return response
