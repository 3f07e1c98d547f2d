"""问题: list, page, the form, and what is like it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from casework.enums import Kind
from casework.errors import RefusedError
from casework.models import Case
from casework.pages.case_page import case_context, holder_words
from casework.search.search import search_of
from casework.views.batches import batch_of
from casework.workflow import engine
from casework.workflow.circuits import circuit_of
from inspections import columns, services
from inspections.filters import FindingFilter
from inspections.forms.findings import (
    CitationFormSet,
    FindingForm,
    citations_initial,
    finding_initial,
    new_initial,
    with_rows,
    without_errors,
)
from inspections.models import Campaign, Finding
from inspections.querysets import finding_cards, rectifications_of
from inspections.similar_findings import citations_of, likeness
from inspections.views.deeds import AUTHORS, BUSINESS, done, form_status
from organizations.access import get_or_404
from organizations.enums import INSPECTED
from organizations.requests import ActorRequest
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
    open_ones = list(services.campaigns_to_log_in(actor))
    asked = request.GET.get("campaign", "")
    campaign = next(
        (row for row in open_ones if str(row.pk) == asked), open_ones[0] if len(open_ones) == 1 and not asked else None
    )
    if campaign is None:
        if asked:
            raise Http404
        return render(request, "inspections/choose_campaign.html", {"campaigns": open_ones})
    units = services.units_to_log_on(actor, campaign)
    form = FindingForm(*_sent(request), units=units, initial=new_initial(campaign, unit=request.GET.get("unit")))
    citations = CitationFormSet(_rows_sent(request), prefix="citations")
    if request.method == "POST" and not _only_asks(request) and form.is_valid() & citations.is_valid():
        made = done(request, form, lambda: _log(request, campaign, form, citations))
        if isinstance(made, HttpResponse):
            return made
        if made is not None:
            again = request.POST.get("do") == "again"
            return redirect(f"{request.path}?campaign={campaign.pk}&unit={made.case.unit_id}" if again else made.case)
    return _form_page(request, form, citations, {"campaign": campaign, "leader": services.leader_for(actor, campaign)})


def _log(request: ActorRequest, campaign: Campaign, form: FindingForm, citations: Any) -> Finding:
    """Store the finding; hand it on where that was asked and nothing is missing, else say what is missing and keep the draft."""
    actor = request.actor
    given = {name: value for name, value in form.cleaned_data.items() if name not in {"seen", "unit"}}
    made = services.log_finding(actor, campaign, form.cleaned_data["unit"], citations=citations.cited(), **given)
    if request.POST.get("do") != "submit":
        messages.success(request, f"已存为底稿 {made.case.number}，可以接着补证据、补依据。")
        return made
    step = "submit" if made.team_id else "submit_to_office"
    try:
        with transaction.atomic():
            after = engine.perform(made.case, step, actor)
    except RefusedError as refused:
        messages.warning(request, f"已存为底稿 {made.case.number}，还没有交出：{'；'.join(refused.reasons)}。")
    else:
        messages.success(request, f"已录入 {made.case.number}，现在{holder_words(after)}。")
    return made


@page(to=BUSINESS, writes=True)
def amend_finding(request: ActorRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    actor = request.actor
    editable = circuit_of(card).editable(card, actor)
    # a stale form goes on, to be told who was first; one that was never this person's to send is not there
    if not editable and (request.method != "POST" or request.POST.get("seen") in {None, "", str(card.last_seq)}):
        raise Http404
    form = FindingForm(*_sent(request), only=editable, initial=finding_initial(card))
    cites = "citations" in editable
    citations: Any = (
        CitationFormSet(_rows_sent(request), prefix="citations", initial=citations_initial(card.content))
        if cites
        else None
    )
    if (
        request.method == "POST"
        and not _only_asks(request)
        and form.is_valid() & (citations is None or citations.is_valid())
    ):
        seen = form.cleaned_data["seen"]
        cited = citations.cited() if citations is not None else None
        kept = done(
            request,
            form,
            lambda: services.amend_finding(actor, card.content, form.changes(), citations=cited, seen=seen),
        )
        if isinstance(kept, HttpResponse):
            return kept
        if kept is not None:
            messages.success(request, "已保存，改动写进经过。")
            return redirect(card)
    return _form_page(
        request, form, citations, {"case": card, "campaign": card.within.content, "leader": None}, leave_out=card.pk
    )


def _form_page(
    request: ActorRequest, form: FindingForm, citations: Any, context: dict[str, Any], leave_out: int | None = None
) -> HttpResponse:
    asks = _only_asks(request)
    if asks:
        for shown in (form, *(citations.forms if citations is not None else ())):
            without_errors(shown)
    given = form.data if form.is_bound else form.initial
    twins = likeness(request.actor, str(given.get("statement") or ""), _unit_id(given, context), leave_out)
    status = 200 if asks else form_status(request)
    return render(
        request,
        "inspections/finding_form.html",
        {"form": form, "citations": citations, "leave_out": leave_out, **context, **twins},
        status=status,
    )


def _unit_id(given: Any, context: dict[str, Any]) -> int | None:
    unit = str(given.get("unit") or "")
    return int(unit[:18]) if unit.isdecimal() else context["case"].unit_id if "case" in context else None


@page(to=SEES_FINDINGS, asks=True)
def similar(request: ActorRequest) -> HttpResponse:
    """What is like a text: the side of the form while one types (htmx), and a page of its own."""
    given = request.POST if request.method == "POST" else request.GET
    text = given.get("statement", "")[:4_000]
    left_out = given.get("leave_out", "")
    twins = likeness(request.actor, text, _unit_id(given, {}), int(left_out[:18]) if left_out.isdecimal() else None)
    is_part = getattr(request, "htmx", False)
    return render(
        request,
        "inspections/twins.html" if is_part else "inspections/similar.html",
        twins | {"text": text, "in_form": is_part},
    )


def _only_asks(request: ActorRequest) -> bool:
    """A button that asks for likenesses or for one more row saves nothing: what was typed comes back."""
    return request.POST.get("do") in {"similar", "row"} or "reuse" in request.POST


def _rows_sent(request: ActorRequest) -> Any:
    if request.method != "POST":
        return None
    if "reuse" in request.POST:
        return with_rows(request.POST, citations_of(request.actor, request.POST["reuse"]))
    return with_rows(request.POST, [{}] if request.POST.get("do") == "row" else [])


def _sent(request: ActorRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


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
