"""年度计划: list, page, and its items while it is a draft."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.utils import timezone

from casework.kinds import spec_of
from casework.models import Case
from casework.views.kinds import card_of_kind
from casework.views.steps import shut
from inspections import services
from inspections.enums import Kind
from inspections.forms.plans import BaseItems, ItemFormSet, PlanForm, items_initial
from inspections.models import AnnualPlan
from inspections.views.claims import is_office_staff
from organizations.requests import ActorRequest
from ui.form_actions import form_page, said, sent
from ui.pages import page


@page(to=is_office_staff, writes=True)
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


@page(to=is_office_staff, writes=True)
def amend_plan(request: ActorRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    plan: AnnualPlan = card.content
    if request.method != "POST" and card.state != "draft":
        raise shut(card, request.actor, "计划")
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
    return card_of_kind(request, spec_of(Kind.ANNUAL_PLAN), pk)
