"""The page of a rectification, and what is judged on it: verdicts and look-backs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from casework.errors import NotPermittedError
from casework.models import Case
from casework.pages.case_page import case_context
from casework.views.steps import BUSINESS
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from rectification import services
from rectification.enums import Judge, LookBackVerdict
from rectification.forms import LookBackForm, LookBackVerdictForm, VerdictRow
from rectification.models import LookBack
from rectification.pages import Row, measures, read_rectification, with_surroundings
from rectification.workflow.verdicts import read_measures
from ui.form_actions import form_page, said, sent
from ui.pages import page

CARD = ("unit", "within", "topic", "holder_unit", "rectification__finding__case__within__campaign")


def case_or_404(request: ActorRequest, pk: int) -> Case:
    found: Case = get_or_404(Case.objects.select_related(*CARD), request.actor, pk=pk, kind="rectification")
    return found


@page(to=BUSINESS)
def rectification(request: ActorRequest, pk: int) -> HttpResponse:
    rows = with_surroundings(Case.objects.select_related(*CARD), request.actor)
    case: Case = get_or_404(rows, request.actor, pk=pk, kind="rectification")
    read_measures(case)
    context = case_context(request, case)
    context |= read_rectification(case, request.actor, context["trail"])
    judging = context["judging"]
    context["verdict_forms"] = verdict_forms(context["measures"], judging, None) if judging else []
    return render(request, "rectification/case.html", context)


def verdict_forms(rows: list[Row], judging: Judge, given: Any) -> list[VerdictRow]:
    """Return one form a measure, filled with what this judge has said of it."""
    said = {row.measure.pk: row.office if judging == Judge.OFFICE else row.supervisor for row in rows}
    initial = {pk: {"verdict": one.verdict, "reason": one.reason} if one else {} for pk, one in said.items()}
    return [
        VerdictRow(given, measure=row.measure, prefix=f"v{row.measure.n}", initial=initial[row.measure.pk])
        for row in rows
    ]


@page(to=BUSINESS, writes=True)
def judge_all(request: ActorRequest, pk: int) -> HttpResponse:
    """The verdicts of one judge on every measure, sent from the page of the case or from here."""
    case = case_or_404(request, pk)
    actor = request.actor
    judging = services.judge_of(case, actor)
    if judging is None:
        raise NotPermittedError("现在不由您认定")
    rows = verdict_forms(measures(case), judging, sent(request))

    def do(_: dict[str, Any]) -> int:
        said_of = [(row.measure, row.cleaned_data["verdict"], row.cleaned_data["reason"]) for row in rows]
        return services.judge_all(case, actor, [one for one in said_of if one[1]])

    return form_page(
        request,
        Form(sent(request)),
        do,
        lambda n: said(request, f"已认定 {n} 条措施。" if n else "认定没有变化。", case),
        others=rows,
        template="rectification/judge_all.html",
        case=case,
        verdict_forms=rows,
    )


@page(to=lambda actor: actor.is_office, writes=True)
def plan_look_back(request: ActorRequest, pk: int) -> HttpResponse:
    case = case_or_404(request, pk)
    return form_page(
        request,
        LookBackForm(sent(request)),
        lambda given: services.plan_look_back(case, request.actor, **given),
        lambda _: said(request, "已列入回头看。", case),
        title="列入回头看",
        intro=case.title,
        submit="列入",
        back=case.get_absolute_url(),
    )


@page(to=lambda actor: actor.is_office, writes=True)
def judge_look_back(request: ActorRequest, pk: int) -> HttpResponse:
    look_back: LookBack = get_or_404(LookBack.objects.select_related("case"), request.actor, pk=pk)
    form, case = LookBackVerdictForm(sent(request)), look_back.case

    def then(following: Case | None) -> HttpResponse:
        if following is not None:
            label, n = LookBackVerdict(form.cleaned_data["verdict"]).label, following.content.round
            text = f"认定{label}，已另开第 {n} 轮整改 {following.number}，本轮的日期和统计不变。"
            messages.info(request, text)
        return said(request, "已记录回头看结论。", following or case)

    return form_page(
        request,
        form,
        lambda given: services.judge_look_back(look_back, request.actor, **given),
        then,
        title="回头看结论",
        intro=case.title,
        submit="保存结论",
        back=case.get_absolute_url(),
    )
