"""问题: list, page, the form, and what is like it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from casework.enums import Kind
from casework.models import Case
from casework.pages.case_page import case_context, holder_words
from casework.search.search import search_of
from casework.views.batches import batch_of
from casework.workflow.circuits import circuit_of
from inspections import columns, services
from inspections.filters import FindingFilter
from inspections.forms.findings import Sheet, finding_initial, new_initial, sheet_of, whole
from inspections.models import Finding
from inspections.querysets import finding_cards, rectifications_of
from inspections.similar_findings import citations_of, likeness
from inspections.views.readers import AUTHORS, BUSINESS
from organizations.access import get_or_404
from organizations.enums import INSPECTED
from organizations.requests import ActorRequest
from ui.form_actions import form_page, said
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page

SPEC = ListSpec(
    "问题", finding_cards, columns.FINDINGS, filterset=FindingFilter, search=search_of(Kind.FINDING), search_label="问题、编号、单位", order=("-finding__discovered_on", "-pk"),
    export_name="问题清单", empty=Empty("还没有问题", "督察组在实施中的批次里录入，录入后列在这里。"), batch=batch_of(Kind.FINDING),
    acts=lambda actor: [("/findings/new/", "录入问题")] if AUTHORS(actor) else [], count_cap=10_000,
)  # fmt: skip
SEES_FINDINGS = lambda actor: not actor.is_administrator and actor.role not in INSPECTED


@page(to=SEES_FINDINGS)
def findings(request: ActorRequest) -> HttpResponse:
    return list_page(request, SPEC)


@page(to=BUSINESS)
def finding(request: ActorRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    row: Finding = card.content
    context = case_context(request, card) | {
        "finding": row, "citations": row.citations.select_related("basis"), "assisting": row.assisting.order_by("code"),
        "rectifications": rectifications_of(row, request.actor), "within": card.within,
        "can_amend": bool(circuit_of(card).editable(card, request.actor)),
    }  # fmt: skip
    return render(request, "inspections/finding.html", context)


@page(to=AUTHORS, writes=True)
def new_finding(request: ActorRequest) -> HttpResponse:
    """Choose the campaign where there are several, then write."""
    actor = request.actor
    campaigns, asked = services.campaigns_to_log_in(actor), request.GET.get("campaign", "")
    open_ones = [row for row in campaigns if not asked or str(row.pk) == asked]
    if asked and not open_ones:
        raise Http404
    if len(open_ones) != 1:
        return render(request, "inspections/choose_campaign.html", {"campaigns": open_ones})
    campaign = open_ones[0]
    sheet = sheet_of(
        request,
        citations_of(actor, request.POST.get("reuse", "")),
        with_citations=True,
        units=services.units_to_log_on(actor, campaign),
        initial=new_initial(campaign, unit=request.GET.get("unit")),
    )
    goes_on = request.POST.get("do")

    def do(given: dict[str, Any]) -> services.Logged:
        about = {name: value for name, value in given.items() if name not in {"seen", "unit"}}
        return services.log_and_hand_on(
            actor, campaign, given["unit"], hands_on=goes_on == "submit", citations=sheet.cited() or [], **about
        )

    def then(logged: services.Logged) -> HttpResponse:
        card = logged.card
        _say_logged(request, logged)
        return redirect(f"{request.path}?campaign={campaign.pk}&unit={card.unit_id}" if goes_on == "again" else card)

    return _sheet_page(
        request, sheet, do, then, lambda: {"campaign": campaign, "leader": services.leader_for(actor, campaign)}
    )


def _say_logged(request: ActorRequest, logged: services.Logged) -> None:
    """Say where the finding is now, and what is missing where it could not be handed on."""
    number = logged.card.number
    if logged.missing:
        messages.warning(request, f"已存为底稿 {number}，还没有交出：{'；'.join(logged.missing)}。")
    elif logged.is_handed_on:
        messages.success(request, f"已录入 {number}，现在{holder_words(logged.card)}。")
    else:
        messages.success(request, f"已存为底稿 {number}，可以接着补证据、补依据。")


@page(to=BUSINESS, writes=True)
def amend_finding(request: ActorRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    actor = request.actor
    editable = circuit_of(card).editable(card, actor)
    # a stale form goes on, to be told who was first; one that was never this person's to send is not there
    if not editable and (request.method != "POST" or request.POST.get("seen") in {None, "", str(card.last_seq)}):
        raise Http404
    sheet = sheet_of(
        request,
        citations_of(actor, request.POST.get("reuse", "")),
        finding=card.content,
        with_citations="citations" in editable,
        only=editable,
        initial=finding_initial(card),
    )

    def do(given: dict[str, Any]) -> Any:
        return services.amend_finding(
            actor, card.content, sheet.form.changes(), citations=sheet.cited(), seen=given["seen"]
        )

    shows = lambda: {"case": card, "campaign": card.within.content, "leader": None, "leave_out": card.pk}
    return _sheet_page(request, sheet, do, lambda _: said(request, "已保存，改动写进经过。", card), shows)


def _sheet_page(request: ActorRequest, sheet: Sheet, do: Any, then: Any, shows: Any) -> HttpResponse:
    """Show the page of a finding with what is like it, and act on it."""

    def all_shown() -> dict[str, Any]:
        shown = {"leave_out": None, **shows()}
        unit_id = sheet.unit_id() or (shown["case"].unit_id if "case" in shown else None)
        return shown | likeness(request.actor, sheet.statement(), unit_id, shown["leave_out"])

    return form_page(
        request,
        sheet.form,
        do,
        then,
        others=sheet.others,
        only_asks=sheet.only_asks,
        template="inspections/finding_form.html",
        citations=sheet.citations,
        shows=all_shown,
    )


@page(to=SEES_FINDINGS, asks=True)
def similar(request: ActorRequest) -> HttpResponse:
    """What is like a text: the side of the form while one types (htmx), and a page of its own."""
    given = request.POST if request.method == "POST" else request.GET
    text = given.get("statement", "")[:4_000]
    unit, left_out = (whole(given.get(name)) for name in ("unit", "leave_out"))
    twins = likeness(request.actor, text, unit, left_out)
    is_part = getattr(request, "htmx", False)
    return render(
        request,
        "inspections/twins.html" if is_part else "inspections/similar.html",
        twins | {"text": text, "in_form": is_part},
    )


def _card(request: ActorRequest, pk: int) -> Case:
    rows = Case.objects.select_related(
        "unit",
        "within__campaign",
        "topic__parent",
        "holder_unit",
        "finding__team__unit",
        "finding__team__group",
        "finding__supervisor",
    )
    found: Case = get_or_404(rows, request.actor, pk=pk, kind=Kind.FINDING)
    return found
