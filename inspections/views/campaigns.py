"""督察批次: list, page, its fields, its feeding back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from casework.kinds import spec_of
from casework.models import Case
from casework.views.kinds import card_of_kind
from casework.views.steps import shut
from casework.workflow.circuits import circuit_of
from inspections import services
from inspections.enums import Kind
from inspections.forms.campaigns import CampaignForm
from inspections.forms.findings import FeedbackForm
from inspections.models import Campaign, PlanItem
from inspections.querysets import copied_bodies, finding_cards, to_feed_back
from inspections.views.claims import is_office, is_office_staff
from organizations.requests import ActorRequest
from ui.form_actions import form_page, said, sent
from ui.pages import page


def campaign_card(request: ActorRequest, pk: int) -> Case:
    """Return the card of a campaign in scope."""
    return card_of_kind(request, spec_of(Kind.CAMPAIGN), pk)


@page(to=is_office_staff, writes=True)
def new_campaign(request: ActorRequest) -> HttpResponse:
    item = services.item_of_plan(request.actor, request.GET.get("item"))

    def do(given: dict[str, Any]) -> Campaign:
        about = {name: value for name, value in given.items() if name != "seen"}
        switches = services.Switches(
            **{name: about.pop(name) for name in ("with_supervision", "with_publicity", "publicity_days")}
        )
        return services.draft_campaign(request.actor, switches=switches, **about)

    def then(made: Campaign) -> HttpResponse:
        text = f"已立批次 {made.case.number}。下一步：选定单位，组建督察组。"
        return said(request, text, "inspections:units", made.pk)

    return form_page(
        request,
        CampaignForm(sent(request), initial=_from_item(item) if item else {"year": timezone.localdate().year}),
        do,
        then,
        title="立督察批次",
        intro="先写名称和时间；单位、督察组下一页定。",
        submit="立批次",
        back="/campaigns/",
    )


def _from_item(item: PlanItem) -> dict[str, Any]:
    return {
        "plan_item": item.pk,
        "kind": item.kind,
        "year": item.plan.year,
        "title": item.title,
        "from_on": item.from_on,
        "to_on": item.to_on,
        "content": item.scope_note,
    }


@page(to=is_office, writes=True)
def amend_campaign(request: ActorRequest, pk: int) -> HttpResponse:
    card = campaign_card(request, pk)
    editable = circuit_of(card).editable(card, request.actor) - {"units", "teams"}
    if request.method != "POST" and not editable:
        raise shut(card, request.actor, "批次")
    row: Campaign = card.content
    stands = {name: getattr(row, name) for name in CampaignForm.base_fields if hasattr(row, name)}

    def do(given: dict[str, Any]) -> Any:
        changes = {name: value for name, value in given.items() if name != "seen"}
        return services.amend_campaign(request.actor, row, changes, seen=given["seen"])

    return form_page(
        request,
        CampaignForm(sent(request), initial=stands | {"title": card.title, "seen": card.last_seq}, only=editable),
        do,
        lambda _: said(request, "批次已保存。", card),
        title=f"修改批次：{card.title}",
        intro="改动会写进经过。",
        submit="保存批次",
        back=card.get_absolute_url(),
    )


@page(to=is_office, writes=True)
def feed_back(request: ActorRequest, pk: int) -> HttpResponse:
    """一单位一意见: all confirmed findings of the chosen units are fed back together, unit by unit."""
    card = campaign_card(request, pk)
    actor = request.actor

    def then(fed: list[Any]) -> HttpResponse:
        text = f"已向 {len(fed)} 个单位反馈 {sum(map(len, fed))} 个问题，现在等单位签收。"
        return said(request, text, card)

    return form_page(
        request,
        FeedbackForm(sent(request), units=to_feed_back(card.pk, actor), copied=copied_bodies(actor.today)),
        lambda given: [
            services.feed_back_unit(actor, card.content, unit, copied_to=given["copied_to"]) for unit in given["units"]
        ],
        then,
        template="inspections/feed_back.html",
        case=card,
        confirmed=finding_cards(actor).filter(within=card.pk, state="confirmed").order_by("unit__place", "pk"),
    )
