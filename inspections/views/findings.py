"""问题: list, page, the form, and what is like it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casework.kinds import spec_of, works_on_cases
from casework.models import Case
from casework.pages.hands import holder_words
from casework.views.kinds import card_of_kind
from casework.views.steps import shut
from casework.workflow.circuits import circuit_of
from inspections import services
from inspections.enums import Kind
from inspections.forms.findings import Sheet, fact_day, finding_initial, new_initial, sheet_of, whole
from inspections.models import Finding
from inspections.services.citing import out_of_force
from inspections.services.law_search import find_articles as found_for
from inspections.similar_findings import citations_of, likeness
from inspections.views.claims import sees_findings, writes_findings
from organizations.requests import ActorRequest
from ui.form_actions import form_page, said
from ui.forms import asked_in
from ui.pages import page

ROUTINE = "routine"  # what the address says of the year's routine inspection before it is opened


@page(to=writes_findings, writes=True)
def new_finding(request: ActorRequest) -> HttpResponse:
    """Choose the campaign where there are several, or none for what belongs to no campaign, then write."""
    actor, asked = request.actor, request.GET.get("campaign", "")
    offered = services.campaigns_offered(actor)
    if asked:
        offered = [row for row in offered if asked in {str(row.pk), ROUTINE if row.is_routine else ""}]
        if not offered:
            raise Http404
    if len(offered) != 1:
        return render(request, "inspections/choose_campaign.html", {"campaigns": offered})
    campaign = offered[0]
    sheet = sheet_of(
        request,
        _taken_over(request),
        with_citations=True,
        units=services.units_to_log_on(actor, campaign),
        initial=new_initial(campaign, unit=asked_in(request).get("unit")),
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
        _warn_of_law(request, card.content)
        again = f"{request.path}?campaign={card.within_id}&unit={card.unit_id}"
        return redirect(again if goes_on == "again" else card)

    return _sheet_page(
        request, sheet, do, then, lambda: {"campaign": campaign, "leader": services.leader_for(actor, campaign)}
    )


def _taken_over(request: ActorRequest) -> list[dict[str, Any]]:
    """Return the articles that a button takes over: of a finding that is like this one, or out of the library."""
    given = request.POST
    return citations_of(request.actor, given.get("reuse", "")) or [*_picked(given)]


def _picked(given: Any) -> Iterator[dict[str, Any]]:
    """Give the article that was picked among those found."""
    hits = found_for(given.get("look", ""), fact_day(given) or timezone.localdate()).hits if "take" in given else []
    for hit in hits:
        if str(hit.article.pk) == given["take"]:
            basis = hit.article.version.basis_id
            yield {"basis": basis, "article": hit.called, "words": hit.words, "took": hit.article.pk}


def _say_logged(request: ActorRequest, logged: services.Logged) -> None:
    """Say where the finding is now, and what is missing where it could not be handed on."""
    number = logged.card.number
    if logged.missing:
        messages.warning(request, f"已存为底稿 {number}，还没有交出：{'；'.join(logged.missing)}。")
    elif logged.is_handed_on:
        messages.success(request, f"已录入 {number}，现在在{holder_words(logged.card)}手上。")
    else:
        messages.success(request, f"已存为底稿 {number}，可以接着补证据、补依据。")


@page(to=works_on_cases, writes=True)
def amend_finding(request: ActorRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    actor = request.actor
    editable = circuit_of(card).editable(card, actor)
    # a stale form goes on, to be told who was first; one that was never this person's to send is not there
    if not editable and (request.method != "POST" or request.POST.get("seen") in {None, "", str(card.last_seq)}):
        raise shut(card, actor, "问题") if writes_findings(actor) else Http404
    sheet = sheet_of(
        request,
        _taken_over(request),
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

    def then(finding: Finding) -> HttpResponse:
        _warn_of_law(request, finding)
        return said(request, "已保存，改动写进经过。", card)

    return _sheet_page(request, sheet, do, then, shows)


def _sheet_page(request: ActorRequest, sheet: Sheet, do: Any, then: Any, shows: Any) -> HttpResponse:
    """Show the page of a finding with what is like it, and act on it."""

    def all_shown() -> dict[str, Any]:
        shown = {"leave_out": None, **shows()}
        if sheet.citations is not None:
            sheet.citations.tell(sheet.fact_on())
        shown |= _looked_for(request.POST, sheet)
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


def _looked_for(given: Any, sheet: Sheet) -> dict[str, Any]:
    """Return the articles that are asked for; what was looked for before one was taken is done with."""
    typed = "" if "take" in given else given.get("look", "")[:200]
    on = sheet.fact_on() or timezone.localdate()
    return {"look": typed, "on": on, "found": found_for(typed, on) if given.get("do") == "look" else None}


def _warn_of_law(request: ActorRequest, finding: Finding) -> None:
    """Say which cited version was not in force on the day of the fact, and which one was."""
    for one in out_of_force(list(finding.citations.select_related("basis", "cites")), finding).values():
        messages.warning(request, f"依据请核对：{one.said}。")


@page(to=sees_findings, asks=True)
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
    return card_of_kind(request, spec_of(Kind.FINDING), pk)
