"""The list of clues, one clue, and its registration."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from casework.columns import CLOSED, HELD, HOLDER, OPENED, STATE, STEP_DUE, UNIT, titled
from casework.enums import Kind
from casework.models import Case
from casework.pages.case_page import case_context
from casework.search.search import search_of
from casework.views.batches import batch_of
from casework.views.steps import BUSINESS
from clues import services
from clues.filters import ClueFilter
from clues.forms import ClueForm
from organizations.access import get_or_404
from organizations.enums import Role
from organizations.requests import ActorRequest
from ui.columns import Column
from ui.form_actions import form_page, said, sent
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page

SPEC = ListSpec(
    "线索",
    lambda actor: (
        Case.objects.visible_to(actor)
        .filter(kind=Kind.CLUE)
        .select_related("unit", "within", "topic", "holder_unit", "clue")
    ),
    (
        *titled("编号与线索", "线索"),
        UNIT.renamed("承办单位"),
        STATE,
        HOLDER,
        HELD,
        STEP_DUE,
        Column("source", "来源", lambda case: case.clue.get_source_display(), wide=True),
        OPENED.renamed("登记日期", wide=True),
        CLOSED.renamed("销号日期", wide=True),
    ),
    filterset=ClueFilter,
    search=search_of(Kind.CLUE),
    search_label="线索、编号、单位",
    order=("-opened_on", "-pk"),
    export_name="线索清单",
    batch=batch_of(Kind.CLUE),
    empty=Empty("还没有线索", "督察科登记的线索列在这里，转办后承办单位可见。"),
    acts=lambda actor: [("/clues/new/", "登记线索")] if actor.role == Role.OFFICE_STAFF else [],
)


@page(to=BUSINESS)
def clues(request: ActorRequest) -> HttpResponse:
    return list_page(request, SPEC)


@page(to=BUSINESS)
def clue(request: ActorRequest, pk: int) -> HttpResponse:
    case = get_or_404(
        Case.objects.select_related("unit", "within", "topic", "holder_unit", "clue"),
        request.actor,
        pk=pk,
        kind=Kind.CLUE,
    )
    return render(request, "clues/case.html", case_context(request, case))


@page(to=lambda actor: actor.role == Role.OFFICE_STAFF, writes=True)
def new_clue(request: ActorRequest) -> HttpResponse:
    return form_page(
        request,
        ClueForm(sent(request)),
        lambda given: services.register_clue(request.actor, **given),
        lambda made: said(request, f"已登记线索 {made.case.number}。下一步：转办。", made.case),
        title="登记线索",
        intro="登记后由督察科转办，承办单位办结，再核查销号。",
        submit="登记",
        back="/clues/",
    )
