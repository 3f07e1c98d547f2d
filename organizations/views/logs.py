"""What the audit administrator reads: acts on accounts, sign-ins, failures."""

from __future__ import annotations

from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.http import HttpResponse

from organizations.columns import ACCOUNT_EVENTS, FAILURES, SIGN_INS
from organizations.enums import READS_LOGS
from organizations.filters import AccountEventFilter, FailureFilter, SignInFilter, find_events, find_sign_ins
from organizations.models import AccountEvent
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page


def reads_logs(actor: Any) -> bool:
    return actor.role in READS_LOGS


EVENT_LIST = ListSpec(
    title="账号与机构日志",
    rows=lambda actor: AccountEvent.objects.visible_to(actor).with_people(),
    columns=ACCOUNT_EVENTS,
    filterset=AccountEventFilter,
    search=find_events,
    search_label="姓名、账号或内容",
    order=("-at", "-pk"),
    per_page=50,
    export_name="账号与机构日志",
    template="organizations/log.html",
    empty=Empty("还没有日志", "建账号、授岗位、改单位都会记在这里。"),
)
SIGN_IN_LIST = ListSpec(
    title="登录日志",
    rows=lambda actor: AccessLog.objects.all() if reads_logs(actor) else AccessLog.objects.none(),
    columns=SIGN_INS,
    filterset=SignInFilter,
    search=find_sign_ins,
    search_label="账号或地址",
    per_page=50,
    export_name="登录日志",
    template="organizations/log.html",
    empty=Empty("还没有人登录过"),
)
FAILURE_LIST = ListSpec(
    title="登录失败",
    rows=lambda actor: AccessFailureLog.objects.all() if reads_logs(actor) else AccessFailureLog.objects.none(),
    columns=FAILURES,
    filterset=FailureFilter,
    search=find_sign_ins,
    search_label="账号或地址",
    per_page=50,
    export_name="登录失败",
    template="organizations/log.html",
    empty=Empty("没有登录失败的记录"),
)


@page(to=reads_logs)
def events(request: Any) -> HttpResponse:
    return list_page(request, EVENT_LIST, measure="条")


@page(to=reads_logs)
def sign_ins(request: Any) -> HttpResponse:
    return list_page(request, SIGN_IN_LIST, measure="条")


@page(to=reads_logs)
def failures(request: Any) -> HttpResponse:
    return list_page(request, FAILURE_LIST, measure="条")
