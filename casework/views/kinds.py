"""List, page and new page of every kind, served from its declaration (casework.kinds)."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from casework.filters import with_turn
from casework.kinds import KindSpec, all_kinds, exports_cases, spec_of, works_on_cases
from casework.models import Case
from casework.pages.case_page import case_context
from casework.querysets import reading_of
from casework.search.search import search_of
from casework.views.batches import batch_of
from casework.views.steps import tell_if_sealed
from casework.workflow.circuits import states_in_words
from organizations.access import get_or_404
from organizations.actor import Actor
from organizations.requests import ActorRequest
from ui.form_actions import form_page, said, sent
from ui.forms import asked_in
from ui.lists import ListSpec, Shortcut, list_page
from ui.pages import page

ON_CARD = ("unit", "within", "topic", "holder_unit")  # what the page of any case names
MINE = Shortcut("轮到我", "turn=mine")  # where cases are ticked and handled together


def urls_of(spec: KindSpec) -> list[URLPattern]:
    """Return the URLs of a kind: its list under the name of the list, the page of a case under the name of the kind."""
    listing, kind = spec.listing, {"kind": spec.name}
    found = [
        path(listing.path, cases, kind, name=listing.url_name),
        path(f"{listing.path}<int:pk>/", case, kind, name=spec.name),
    ]
    if spec.beginning is not None and spec.beginning.form is not None:
        found.append(path(f"{listing.path}new/", new_case, kind, name=spec.new_url_name))
    return found


def list_of(spec: KindSpec) -> ListSpec:
    """Return the list of a kind."""
    listing = spec.listing
    return ListSpec(
        listing.title,
        listing.rows or partial(_rows, spec),
        listing.columns,
        shows=listing.shows or (_as_they_are if listing.rows and not listing.joins else partial(_joined, spec)),
        reading=partial(_reading, spec),
        filterset=with_turn(listing.filterset),
        search=search_of(spec.name),
        looks=search_of(spec.name, looks=True),
        search_label=listing.search_label,
        order=listing.order,
        export_name=listing.export_name or listing.title,
        export_to=exports_cases,
        empty=listing.empty,
        acts=partial(_acts, spec),
        batch=batch_of(spec.name) if listing.batch else None,
        states=partial(states_in_words, spec.name) if listing.counts_states else None,
        shortcuts=(MINE, *listing.shortcuts) if listing.batch else listing.shortcuts,
        blank=listing.blank,
        export_rows=listing.export_rows or _as_they_are,
        printed=listing.printed,
        template="casework/list.html",
        counted_beside=listing.counted_beside,
        reconcile=listing.reconcile,
        count_cap=listing.count_cap,
    )


def _rows(spec: KindSpec, actor: Actor) -> QuerySet[Any]:
    return Case.objects.visible_to(actor).of_kind(spec.name)


def _reading(spec: KindSpec, actor: Actor) -> Hashable:
    return (spec.name, reading_of(actor))


def _joined(spec: KindSpec, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.with_holder().select_related(*ON_CARD, *spec.listing.joins)  # type: ignore[attr-defined]  # cards


def _as_they_are(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


def _acts(spec: KindSpec, actor: Actor) -> list[tuple[str, str]]:
    """What may be begun from the list."""
    begun = spec.beginning
    return [(reverse(spec.new_url_name), begun.label)] if begun is not None and begun.who(actor) else []


@page(to=works_on_cases)
def cases(request: ActorRequest, kind: str) -> HttpResponse:
    """The list of a kind."""
    spec = spec_of(kind)
    if not spec.listing.to(request.actor):
        raise Http404
    return list_page(request, list_of(spec), tabs=_tabs(spec, request.actor))


def _tabs(spec: KindSpec, actor: Actor) -> list[tuple[str, str]]:
    """Return the lists that share an item of the bar with this one: address and title; none where it has its own."""
    head = spec.listing.under or spec.name
    beside = [one.listing for one in all_kinds() if head in {one.name, one.listing.under} and one.listing.to(actor)]
    return [(listing.url(), listing.title) for listing in beside] if len(beside) > 1 else []


@page(to=works_on_cases)
def case(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """The page of a case."""
    spec, actor = spec_of(kind), request.actor
    shown = spec.page
    found = card_of_kind(request, spec, pk)
    if shown.prepare:
        shown.prepare(found)
    context = case_context(request, found)
    context |= {"spec": spec, "facts": shown.facts(found), "sections": _sections(spec, found)}
    if shown.reads:
        context |= shown.reads(found, actor, context)
    return render(request, shown.template, context)


def card_of_kind(request: ActorRequest, spec: KindSpec, pk: int) -> Case:
    """Return a card of this kind in the person's scope, with what its page reads."""
    rows: QuerySet[Any] = Case.objects.with_holder().select_related(*ON_CARD, *spec.page.joins)
    if spec.page.rows:
        rows = spec.page.rows(rows, request.actor)
    found: Case = get_or_404(rows, request.actor, pk=pk, kind=spec.name)
    tell_if_sealed(request, found)
    return found


def _sections(spec: KindSpec, case: Case) -> list[tuple[str, str, str]]:
    found = [(section, section.text(case)) for section in spec.page.sections]
    return [(section.title, text, section.url(case) if section.url else "") for section, text in found if text]


@page(to=works_on_cases, writes=True)
def new_case(request: ActorRequest, kind: str) -> HttpResponse:
    """The plain page where a case is begun."""
    spec, actor = spec_of(kind), request.actor
    begun = spec.beginning
    if begun is None or begun.form is None or begun.make is None or not begun.who(actor):
        raise Http404
    make, words = begun.make, begun.said

    def do(given: dict[str, Any]) -> Case:
        made = make(actor, **given)
        return made if isinstance(made, Case) else made.case

    return form_page(
        request,
        begun.form(sent(request), initial=asked_in(request)),
        do,
        lambda made: said(request, words.format(number=made.number or made.title), made),
        title=begun.label,
        intro=begun.intro,
        submit=begun.submit or begun.label,
        back=reverse(spec.listing.url_name),
    )
