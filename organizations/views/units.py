"""Units: the list, the page of one through time, new, amend, rename, merge, abolish."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from organizations import services
from organizations.access import get_or_404
from organizations.columns import UNITS, roles_of_unit
from organizations.enums import GRANTS_POSTS, KEEPS_UNITS, roles_with
from organizations.filters import UnitFilter, find_units
from organizations.forms import AbolishForm, MergeForm, NewUnitForm, RenameForm, UnitForm
from organizations.models import Unit
from organizations.pages import sections_of
from organizations.requests import ActorRequest
from organizations.services import outlooks
from ui.deeds import deed_page
from ui.form_actions import form_page, said, sent
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page

READERS = roles_with("organizations:units")


def may_read(actor: Any) -> bool:
    return actor.role in READERS


def may_keep(actor: Any) -> bool:
    return actor.role in KEEPS_UNITS


def acts(actor: Any) -> list[tuple[str, str]]:
    """What may be done from the list."""
    return (
        [(reverse("organizations:new_unit"), "新建单位"), (reverse("organizations:sheet", args=["units"]), "导入单位")]
        if may_keep(actor)
        else []
    )


UNIT_LIST = ListSpec(
    title="单位",
    rows=lambda actor: Unit.objects.visible_to(actor).with_people(actor.today).select_related("parent"),
    columns=UNITS,
    filterset=UnitFilter,
    search=find_units,
    search_label="代码、名称（现名、曾用名）或拼音首字母",
    order=("place",),
    per_page=50,
    export_name="单位名单",
    template="organizations/list.html",
    measure="个",
    empty=Empty("还没有单位", "新建单位，或者导入一份单位名单。"),
    acts=acts,
)


@page(to=may_read)
def units(request: ActorRequest) -> HttpResponse:
    return list_page(request, UNIT_LIST)


@page()
def unit(request: ActorRequest, pk: int) -> HttpResponse:
    """One unit: its history in everything that is done here, what it is, its names and its people through time."""
    found = get_or_404(
        Unit.objects.select_related("parent", "successor").prefetch_related("names", "children", "predecessors"),
        request.actor,
        pk=pk,
    )
    context = {
        "unit": found,
        "roles": roles_of_unit(found),
        "posts": found.posts.visible_to(request.actor).through_time(),
        "sections": sections_of(request, found),
        "past_names": found.names_with_days(),
        "may_keep": may_keep(request.actor),
        "grants_posts": request.actor.role in GRANTS_POSTS,
        "reads_list": may_read(request.actor),
        "today": request.actor.today,
        "events": found.account_events.visible_to(request.actor).with_people()[:20],
    }
    return render(request, "organizations/unit.html", context)


@page(to=may_keep, writes=True)
def new_unit(request: ActorRequest) -> HttpResponse:
    return form_page(
        request,
        NewUnitForm(sent(request)),
        lambda given: services.open_unit(actor=request.actor, **given),
        lambda made: said(request, f"已建立单位 {made}。", made),
        title="新建单位",
        submit="建立单位",
        back=reverse("organizations:units"),
    )


@page(to=may_keep, writes=True)
def amend_unit(request: ActorRequest, pk: int) -> HttpResponse:
    found = get_or_404(Unit.objects, request.actor, pk=pk)
    return form_page(
        request,
        UnitForm(sent(request), instance=found),
        lambda given: services.amend_unit(found, actor=request.actor, **given),
        lambda _: said(request, f"{found} 已改。", found),
        title=f"修改 {found}",
        submit=f"保存 {found}",
        back=found.get_absolute_url(),
        intro="改名称的请办“更名”，旧名称才会留下。",
    )


@page(to=may_keep, writes=True, asks_once=True)
def rename_unit(request: ActorRequest, pk: int) -> HttpResponse:
    found = get_or_404(Unit.objects, request.actor, pk=pk)
    return deed_page(
        request,
        RenameForm(sent(request), initial={"name": found.name, "short_name": found.short_name}),
        lambda given: services.rename_unit(found, actor=request.actor, **given),
        lambda renamed: said(request, f"已更名为 {renamed.name}；此前的问题、文书仍显示当时的名称。", renamed),
        foresee=lambda given: outlooks.of_renaming(found, given["name"], given["short_name"], given["on"]),
        title=f"{found} 更名",
        submit=f"更名 {found}",
        back=found.get_absolute_url(),
    )


@page(to=may_keep, writes=True, asks_once=True)
def merge_units(request: ActorRequest, pk: int) -> HttpResponse:
    found = get_or_404(Unit.objects, request.actor, pk=pk)

    def do(given: dict[str, Any]) -> str:
        services.merge_units(list(given["sources"]), into=found, on=given["on"], actor=request.actor)
        return "、".join(map(str, given["sources"]))

    return deed_page(
        request,
        MergeForm(found, sent(request)),
        do,
        lambda merged: said(request, f"{merged} 已并入 {found}。", found),
        foresee=lambda given: outlooks.of_merging(given["sources"], found, given["on"]),
        title=f"并入 {found}",
        submit=f"并入 {found}",
        back=found.get_absolute_url(),
        intro="被合并单位的历史都留下，由本单位接着看、接着办；新的岗位由安全管理员授予。",
    )


@page(to=may_keep, writes=True, asks_once=True)
def abolish_unit(request: ActorRequest, pk: int) -> HttpResponse:
    found = get_or_404(Unit.objects, request.actor, pk=pk)
    return deed_page(
        request,
        AbolishForm(sent(request)),
        lambda given: services.abolish_unit(found, on=given["on"], actor=request.actor),
        lambda _: said(request, f"{found} 已撤销。", found),
        foresee=lambda given: outlooks.of_abolishing(found, given["on"]),
        title=f"撤销 {found}",
        submit=f"撤销 {found}",
        back=found.get_absolute_url(),
        intro="撤销后不能恢复。职责由别的单位承接的，请到承接单位的页面办“并入”。",
    )
