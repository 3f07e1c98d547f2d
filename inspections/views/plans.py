"""年度计划: list, page, and its items while it is a draft."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casework.enums import Kind
from casework.models import Case
from casework.pages.case_page import case_context
from casework.search.search import search_of
from inspections import columns, services
from inspections.forms.plans import BaseItems, ItemFormSet, PlanForm, items_initial
from inspections.models import AnnualPlan
from inspections.querysets import plan_cards
from inspections.views.readers import BUSINESS, OFFICE, STAFF
from organizations.access import get_or_404
from organizations.enums import Role
from organizations.requests import ActorRequest
from ui.form_actions import form_page, said, sent
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page

SPEC = ListSpec(
    "年度计划", plan_cards, columns.PLANS, search=search_of(Kind.ANNUAL_PLAN), order=("-annualplan__year", "-pk"), export_name="年度计划",
    empty=Empty("还没有年度计划", "先起草今年的计划，审定后按计划项目立督察批次。", "/plans/new/", "起草年度计划"),
    acts=lambda actor: [("/plans/new/", "起草年度计划")] if actor.role == Role.OFFICE_STAFF else [],
)  # fmt: skip


@page(to=OFFICE)
def plans(request: ActorRequest) -> HttpResponse:
    return list_page(request, SPEC)


@page(to=BUSINESS)
def plan(request: ActorRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    items = card.content.items.prefetch_related("campaigns__case")
    return render(
        request,
        "inspections/plan.html",
        case_context(request, card) | {"items": items, "is_approved": card.state == "approved"},
    )


@page(to=STAFF, writes=True)
def new_plan(request: ActorRequest) -> HttpResponse:
    items = cast(BaseItems, ItemFormSet(sent(request), prefix="items"))
    return form_page(
        request,
        PlanForm(sent(request), initial={"year": timezone.localdate().year}),
        lambda given: services.draft_plan(request.actor, given["year"], given["purpose"], items=items.drafts()),
        lambda made: said(request, f"已起草 {made}。项目齐了以后“报请审定”。", made.case),
        others=[items],
        template="inspections/plan_form.html",
        title="起草年度计划",
        items=items,
        back="/plans/",
        submit="存为草稿",
    )


@page(to=STAFF, writes=True)
def amend_plan(request: ActorRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    plan: AnnualPlan = card.content
    if request.method != "POST" and card.state != "draft":
        raise Http404
    form = PlanForm(sent(request), initial={"seen": card.last_seq, "purpose": plan.purpose})
    del form.fields["year"]
    items = cast(BaseItems, ItemFormSet(sent(request), prefix="items", initial=items_initial(plan)))
    return form_page(
        request,
        form,
        lambda given: services.amend_plan(request.actor, plan, given["purpose"], items.drafts(), seen=given["seen"]),
        lambda _: said(request, "计划已保存。", card),
        others=[items],
        template="inspections/plan_form.html",
        title=f"修改{card.title}",
        items=items,
        back=card.get_absolute_url(),
        submit="保存计划",
    )


def _card(request: ActorRequest, pk: int) -> Case:
    found: Case = get_or_404(
        Case.objects.select_related("unit", "within", "topic", "holder_unit", "annualplan"),
        request.actor,
        pk=pk,
        kind=Kind.ANNUAL_PLAN,
    )
    return found
