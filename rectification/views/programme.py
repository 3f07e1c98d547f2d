"""市级整改工作方案: the office drafts it, sees who claims what and reminds; a unit answers it on one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from casework.kinds import exports_cases, spec_of, works_on_cases
from casework.pages.hands import leads_to
from casework.views.kinds import card_of_kind
from casework.views.steps import comes_next, over, shut
from casework.workflow.circuits import circuit_of
from organizations.requests import ActorRequest
from rectification import services
from rectification.enums import PROGRAMME, UNIT_CLAIM, ProgrammeState
from rectification.forms.programmes import AspectRows, BaseAspects, ClaimForm, ProgrammeForm, aspects_initial
from rectification.pages.programme import Line, Matrix, brief_of_claim, drafts_programmes, matrix
from ui.columns import Column
from ui.form_actions import form_page, said, sent
from ui.pages import page
from ui.sheets import Above, sheet_response


@page(to=drafts_programmes, writes=True)
def new_programme(request: ActorRequest) -> HttpResponse:
    """Draft a programme with its problems and required measures."""
    rows = cast(BaseAspects, AspectRows(sent(request), prefix="aspects"))

    def do(given: dict[str, Any]) -> Any:
        return services.draft_programme(request.actor, **_head(given), aspects=rows.drafts())

    return form_page(
        request,
        ProgrammeForm(sent(request), actor=request.actor),
        do,
        lambda made: said(request, f"已起草“{made}”。方面和措施齐了以后报请审定。", made.case),
        others=[rows],
        template="rectification/programme_form.html",
        title="起草整改工作方案",
        rows=rows,
        back=reverse("programmes"),
        submit="存为草稿",
    )


@page(to=drafts_programmes, writes=True)
def amend_programme(request: ActorRequest, pk: int) -> HttpResponse:
    """Write a draft anew."""
    card = card_of_kind(request, spec_of(PROGRAMME), pk)
    programme = card.content
    if request.method != "POST" and card.state != ProgrammeState.DRAFT:
        raise shut(card, request.actor, "方案")
    head = {"title": card.title, "claim_by": programme.claim_by, "purpose": programme.purpose, "seen": card.last_seq}
    head["units"] = list(programme.units.values_list("pk", flat=True))
    form = ProgrammeForm(sent(request), actor=request.actor, initial=head)
    del form.fields["within"]
    rows = cast(BaseAspects, AspectRows(sent(request), prefix="aspects", initial=aspects_initial(programme)))

    def do(given: dict[str, Any]) -> Any:
        written = _head(given) | {"aspects": rows.drafts(), "seen": given["seen"]}
        return services.amend_programme(request.actor, programme, **written)

    return form_page(
        request,
        form,
        do,
        lambda made: said(request, "方案已保存。", made.case),
        others=[rows],
        template="rectification/programme_form.html",
        title=f"修改{card.title}",
        rows=rows,
        back=card.get_absolute_url(),
        submit="保存方案",
    )


def _head(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "seen"}


@page(to=works_on_cases)
def show_matrix(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Units against problems, or against required measures; also as a sheet."""
    card = card_of_kind(request, spec_of(PROGRAMME), pk)
    by = "measure" if request.GET.get("by") == "measure" else "aspect"
    found = matrix(card.content, request.actor, by)
    if request.GET.get("export") == "xlsx" and exports_cases(request.actor):
        above = Above((f"{card.title}，{len(found.lines)} 个单位", RULE), timezone.localdate())
        name = f"{card.title}：单位与{found.label}对照"
        return sheet_response(request, name, _columns(found), found.lines, above, n=len(found.lines))
    context = {"case": card, "matrix": found, "may_export": exports_cases(request.actor), "rule": RULE}
    return render(request, "rectification/matrix.html", context)


RULE = "一格是一个单位的一个方面或者一条规定措施：先看认领没有，再看该单位本轮整改到哪一步；改派、撤销以前的不计。"


def _columns(found: Matrix) -> list[Column]:
    def cell(at: int) -> Callable[[Line], str]:
        return lambda line: f"{line.cells[at].word.label}{'（逾期）' if line.cells[at].is_late else ''}"

    unit = Column("unit", "单位", lambda line: line.case.unit_name, width=18)
    heads = [Column(f"c{head.n}", f"{head.n}. {head.text}", cell(at), width=16) for at, head in enumerate(found.heads)]
    return [unit, *heads]


@page(to=drafts_programmes, writes=True)
def remind(request: ActorRequest, pk: int) -> HttpResponse:
    """Remind every unit that has not claimed, each once."""
    card = card_of_kind(request, spec_of(PROGRAMME), pk)
    units = [one.unit_name for one in services.to_remind_of(card.content)]
    return form_page(
        request,
        Form(sent(request)),
        lambda _: services.remind_of_claim(card.content, request.actor),
        lambda n: said(request, f"已提醒 {n} 个单位。" if n else "没有需要提醒的单位。", card),
        title=f"提醒未认领的单位：{card.title}",
        intro=f"将提醒 {len(units)} 个单位：{'、'.join(units) or '没有'}。每次印发每个单位只提醒一次。",
        submit="提醒",
        back=card.get_absolute_url(),
    )


@page(to=works_on_cases, writes=True)
def answer(request: ActorRequest, pk: int) -> HttpResponse:
    """All problems and required measures of a programme; which concern the unit, or why none does."""
    case, actor = card_of_kind(request, spec_of(UNIT_CLAIM), pk), request.actor
    circuit = circuit_of(case)
    answering = circuit.by_name["answer"]
    if answering not in circuit.permitted(case, actor):
        if case.state in answering.sources:
            raise Http404
        raise over(case, actor, answering)
    asked = brief_of_claim(case, actor)
    claimed = asked["claimed"]
    form = ClaimForm(sent(request), claimed=claimed, initial={"seen": case.last_seq, "why": asked["claim"].why})

    def do(given: dict[str, Any]) -> Any:
        return services.answer_claim(case, actor, form.chosen(), why=given["why"], seen=given["seen"])

    return form_page(
        request,
        form,
        do,
        lambda after: said(request, f"认领情况已报送。{comes_next(after, actor)}", after),
        template="rectification/claim_answer.html",
        case=case,
        programme=asked["claim"].programme,
        leads=leads_to(case, answering, actor),
        back=case.get_absolute_url(),
    )
