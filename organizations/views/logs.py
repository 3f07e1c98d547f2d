"""What the audit administrator reads: acts on accounts, sign-ins, failures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from organizations import services
from organizations.actor import Actor
from organizations.columns import ACCOUNT_EVENTS, FAILURES, SIGN_INS, TAKINGS
from organizations.enums import READS_LOGS
from organizations.filters import (
    AccountEventFilter,
    FailureFilter,
    SignInFilter,
    TakingFilter,
    find_events,
    find_sign_ins,
    find_takings,
)
from organizations.models import AccessEntry, AccountEvent
from organizations.requests import ActorRequest
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page


def reads_logs(actor: Actor) -> bool:
    return actor.role in READS_LOGS


def _log(title: str, rows: Callable[[Actor], QuerySet[Any]], empty: Empty, **more: Any) -> ListSpec:
    """What the three logs share; the words of a search are looked for in `more["search"]`."""
    return ListSpec(
        title,
        rows,
        empty=empty,
        per_page=50,
        export_name=title,
        template="organizations/log.html",
        measure="条",
        **more,
    )


def _attempts(model: type[Model]) -> Callable[[Actor], QuerySet[Any]]:
    """The rows that axes writes; they have no scope of their own."""
    rows = model._default_manager
    return lambda actor: rows.all() if reads_logs(actor) else rows.none()


BY_ACCOUNT = {"search": find_sign_ins, "search_label": "账号或地址"}
EVENT_LIST = _log(
    "账号与机构日志",
    lambda actor: AccountEvent.objects.visible_to(actor).with_people(),
    Empty("还没有日志", "建账号、授岗位、改单位都会记在这里。"),
    columns=ACCOUNT_EVENTS,
    filterset=AccountEventFilter,
    search=find_events,
    search_label="姓名、账号或内容",
    order=("-at", "-pk"),
)
SIGN_IN_LIST = _log(
    "登录日志",
    _attempts(AccessLog),
    Empty("还没有人登录过"),
    columns=SIGN_INS,
    filterset=SignInFilter,
    **BY_ACCOUNT,
)
FAILURE_LIST = _log(
    "登录失败",
    _attempts(AccessFailureLog),
    Empty("没有登录失败的记录"),
    columns=FAILURES,
    filterset=FailureFilter,
    **BY_ACCOUNT,
)


TAKING_LIST = _log(
    "取用日志",
    lambda actor: AccessEntry.objects.visible_to(actor).with_people(),
    Empty("还没有取用的记录", "导出、下载、打印、打开仅指定人员可见的件，以及没有权限的访问，都会记在这里，不记内容。"),
    columns=TAKINGS,
    filterset=TakingFilter,
    search=find_takings,
    search_label="姓名、账号、对象或地址",
    order=("-pk",),
)


@page(to=reads_logs)
def takings(request: ActorRequest) -> HttpResponse:
    return list_page(request, TAKING_LIST)


@page(to=reads_logs)
def unusual(request: ActorRequest) -> HttpResponse:
    """The days on which somebody took more than usual, at night, of many units, or was refused often."""
    days = services.access_log.unusual_days(request.actor.today)
    return render(request, "organizations/unusual.html", {"days": days})


@page(to=reads_logs)
def events(request: ActorRequest) -> HttpResponse:
    return list_page(request, EVENT_LIST)


@page(to=reads_logs)
def sign_ins(request: ActorRequest) -> HttpResponse:
    return list_page(request, SIGN_IN_LIST)


@page(to=reads_logs)
def failures(request: ActorRequest) -> HttpResponse:
    return list_page(request, FAILURE_LIST)
