"""Columns of units, accounts, posts and logs: lists, sheets, blank templates and imports read the same lines."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organizations.enums import ImportKind, Role, UnitCategory
from organizations.typed_values import browser_of, read_code, read_day, read_up_to, read_username, read_yes_or_no
from ui.badges import link
from ui.columns import Column, Edit


def on_the_day(value: Any) -> str:
    """Write a day in full; nothing for none."""
    return f"{value:%Y-%m-%d}" if value else ""


def roles_of_unit(unit: Any) -> str:
    """Name what the unit is at once: 被督察单位、行业主管部门."""
    flags = ("is_inspected", "is_industry_supervisor", "is_coordination_member", "is_consulted")
    return "、".join(str(unit._meta.get_field(flag).verbose_name) for flag in flags if getattr(unit, flag)) or "—"


def _person(post: Any, actor: Any) -> SafeString:
    """A post by its person; the page of the person is for administrators."""
    name = post.user.name
    return (
        link(reverse("organizations:user", args=[post.user_id]), name)
        if actor.is_administrator
        else format_html("{}", name)
    )


def _flag(name: str, label: str) -> Column:
    """One of the claims about a unit: 是 or 否, and nothing where the sheet says nothing."""
    return Column(name, label, attrgetter(name), parse=read_yes_or_no, edit=Edit(), help="是或否", screen=False)


UNITS = (
    Column(
        "code",
        "代码",
        lambda unit: unit.code,
        sort=("code",),
        parse=read_code,
        edit=Edit(required=True, aliases=("单位代码",)),
        help="县（区）填行政区划代码，例如 621022",
    ),
    Column(
        "short_name",
        "简称",
        lambda unit: unit.short_name,
        cell=lambda unit, actor: link(unit.get_absolute_url(), unit.short_name),
        sort=("initials",),
        is_title=True,
        parse=read_up_to(30),
        edit=Edit(required=True, aliases=("单位简称",)),
        help="例如 环县、市司法局",
    ),
    Column(
        "name",
        "全称",
        lambda unit: unit.name,
        wide=True,
        width=36,
        parse=read_up_to(60),
        edit=Edit(required=True, aliases=("单位全称", "单位名称")),
        help="与印章一致",
    ),
    Column(
        "category",
        "类别",
        lambda unit: unit.get_category_display(),
        sort=("category",),
        edit=Edit(
            required=True, choices=tuple(str(category.label) for category in UnitCategory), aliases=("单位类别",)
        ),
    ),
    Column("roles", "身份", roles_of_unit, wide=True, width=28),
    Column("people", "在任", lambda unit: unit.people, sort=("people",), kind="number"),
    Column("state", "存续", lambda unit: f"已于 {on_the_day(unit.abolished_on)} 撤销" if unit.abolished_on else "存续"),
    Column(
        "parent",
        "上级单位",
        lambda unit: unit.parent.short_name if unit.parent else "",
        screen=False,
        parse=read_up_to(60),
        edit=Edit(),
        help="代码、全称或简称",
    ),
    _flag("is_inspected", "被督察单位"),
    _flag("has_enforcement_power", "有行政执法权"),
    _flag("is_industry_supervisor", "行业主管部门"),
    _flag("is_coordination_member", "协调小组成员单位"),
    _flag("is_consulted", "征求意见单位"),
    Column(
        "opened_on",
        "设立日期",
        lambda unit: unit.opened_on,
        kind="day",
        screen=False,
        parse=read_day,
        edit=Edit(),
        help="例如 2024-03-15，不清楚的空着",
    ),
    Column("note", "备注", lambda unit: unit.note, screen=False, width=30, parse=read_up_to(200), edit=Edit()),
)
USERS = (
    Column(
        "name",
        "姓名",
        lambda user: user.name,
        cell=lambda user, actor: link(reverse("organizations:user", args=[user.pk]), user.name),
        sort=("name_key",),
        is_title=True,
    ),
    Column("username", "账号", lambda user: user.username, sort=("username",)),
    Column("home_unit", "人事关系", lambda user: user.home_unit.short_name if user.home_unit else "", wide=True),
    Column(
        "posts",
        "在任岗位",
        lambda user: "；".join(f"{p.unit.short_name} {p.get_role_display()}" for p in user.held) or "没有在任岗位",
        width=36,
    ),
    Column("state", "账号状态", lambda user: "启用" if user.is_active else "停用"),
    Column(
        "password",
        "口令设于",
        lambda user: "首次口令未改" if user.must_change_password else on_the_day(user.password_set_on),
        wide=True,
    ),
    Column(
        "seen",
        "最近登录",
        lambda user: user.last_login,
        kind="moment",
        empty="没有登录过",
        sort=("last_login",),
        wide=True,
    ),
)
POSTS = (
    Column(
        "username",
        "账号",
        lambda post: post.user.username,
        screen=False,
        rights=lambda actor: actor.is_administrator,
        parse=read_username,
        edit=Edit(required=True, aliases=("登录账号", "用户名")),
        help="3 至 30 位小写字母、数字",
    ),
    Column(
        "name",
        "姓名",
        lambda post: post.user.name,
        cell=_person,
        sort=("user__name_key",),
        is_title=True,
        parse=read_up_to(30),
        edit=Edit(required=True),
    ),
    Column(
        "home_unit",
        "人事关系所在单位",
        lambda post: post.user.home_unit.short_name if post.user.home_unit else "",
        screen=False,
        rights=lambda actor: actor.is_administrator,
        parse=read_up_to(60),
        edit=Edit(),
        help="用于回避",
    ),
    Column(
        "unit",
        "单位",
        lambda post: post.unit.name_on(post.to_on) if post.to_on else post.unit.short_name,
        sort=("unit__place",),
        parse=read_up_to(60),
        edit=Edit(aliases=("任职单位", "所在单位")),
        help="任职单位的代码、全称或简称",
    ),
    Column(
        "role",
        "角色",
        lambda post: post.get_role_display(),
        sort=("role",),
        edit=Edit(choices=tuple(str(role.label) for role in Role)),
    ),
    Column(
        "title", "职务", lambda post: post.title, wide=True, parse=read_up_to(30), edit=Edit(), help="例如 法规科科长"
    ),
    Column(
        "from_on",
        "任职自",
        lambda post: post.from_on,
        kind="day",
        sort=("from_on",),
        parse=read_day,
        edit=Edit(aliases=("任职起始日",)),
        help="例如 2026-03-01",
    ),
    Column(
        "to_on",
        "任职至",
        lambda post: post.to_on,
        kind="day",
        empty="在任",
        sort=("to_on",),
        parse=read_day,
        edit=Edit(aliases=("任职截止日",)),
        help="最后一天，还在任的没有",
    ),
)
ACCOUNT_EVENTS = (
    Column(
        "at",
        "时间",
        lambda event: event.at,
        kind="moment",
        sort=("at",),
        width=20,
    ),
    Column("what", "事项", lambda event: event.get_what_display()),
    Column("user", "涉及人员", lambda event: f"{event.user.name}（{event.user.username}）" if event.user else ""),
    Column(
        "unit",
        "涉及单位",
        lambda event: event.unit.name_on(timezone.localdate(event.at)) if event.unit else "",
        wide=True,
    ),
    Column("detail", "内容", lambda event: event.detail, width=40),
    Column(
        "by",
        "经办",
        lambda event: f"{event.post.user.name} · {event.post.get_role_display()}" if event.post else "系统安装",
    ),
)
RESETS = (
    Column("at", "申请时间", attrgetter("asked_at"), kind="moment", sort=("asked_at",), width=20, is_title=True),
    Column("user", "人员", lambda reset: f"{reset.user.name}（{reset.user.username}）"),
    Column("reason", "事由", attrgetter("reason"), width=40),
    Column("asked_by", "申请", lambda reset: reset.asked_by.user.name),
    Column("stage", "状态", lambda reset: reset.get_stage_display()),
    Column("decided_by", "批准", lambda reset: reset.decided_by.user.name if reset.decided_by else ""),
    Column("decided_at", "批准时间", attrgetter("decided_at"), kind="moment", width=20),
)
BROWSER = Column(
    "agent",
    "浏览器",
    lambda log: browser_of(log.user_agent),
    cell=lambda log, actor: format_html('<span title="{}">{}</span>', log.user_agent, browser_of(log.user_agent)),
    wide=True,
    width=40,
)


def _attempts(username: str, *told: Column) -> tuple[Column, ...]:
    """What axes keeps of every sign-in, tried or done, and what else is told of it in this log."""
    return (
        Column("at", "时间", attrgetter("attempt_time"), kind="moment", width=20),
        Column("username", username, attrgetter("username")),
        Column("address", "地址", attrgetter("ip_address")),
        *told,
        BROWSER,
    )


SIGN_INS = _attempts("账号", Column("out", "退出", attrgetter("logout_time"), kind="moment", width=20))
FAILURES = _attempts("输入的账号")
TAKINGS = (
    Column("number", "编号", attrgetter("pk"), sort=("pk",)),
    Column("at", "时间", attrgetter("at"), kind="moment", width=20),
    Column(
        "who",
        "人员",
        lambda entry: f"{entry.user.name}（{entry.user.username}）",
    ),
    Column(
        "post",
        "岗位",
        lambda entry: f"{entry.post.unit.short_name} {entry.post.get_role_display()}" if entry.post else "没有在任岗位",
        wide=True,
    ),
    Column("what", "事项", lambda entry: entry.get_what_display()),
    Column("about", "对象", attrgetter("about"), width=30),
    Column("rows", "行数", lambda entry: entry.rows or None, kind="number"),
    Column("unit", "涉及单位", lambda entry: entry.unit.short_name if entry.unit else "", wide=True),
    Column("address", "来自", attrgetter("address")),
    Column("path", "页面", attrgetter("path"), wide=True, width=36),
)
SHEETS = {ImportKind.UNITS: UNITS, ImportKind.USERS: POSTS, ImportKind.POSTS: POSTS}
ACTED = Column(
    "post",
    "办理人岗位",
    lambda row: f"{row.post.user} {row.post.place_on(row.day)}" if row.post else "",
)  # who acted, under the names of the day on which it was
