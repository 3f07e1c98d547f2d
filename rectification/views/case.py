"""The page of a rectification, and what is judged on it: verdicts and look-backs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from casework.errors import NotPermittedError
from casework.models import Case
from casework.pages.case_page import case_context
from casework.views.steps import BUSINESS
from inspections.forms.fields import put_beside
from inspections.views.deeds import form_status, sent
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from rectification import services
from rectification.enums import Judge, LookBackVerdict
from rectification.forms import LookBackForm, LookBackVerdictForm, VerdictRow
from rectification.models import LookBack
from rectification.pages import Row, measures, read_rectification, with_surroundings
from rectification.workflow.verdicts import read_measures
from ui.errors import DomainError
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


def write(
    request: ActorRequest,
    form: forms.Form,
    act: Any,
    *,
    case: Case,
    title: str,
    submit: str,
    done: str,
    intro: str = "",
) -> HttpResponse:
    """Show a form; on a good POST do the act and go back to the case; a refusal stands at its field, what was typed stays."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                act(form.cleaned_data)
        except DomainError as refused:
            put_beside(form, refused)
        else:
            messages.success(request, done)
            return redirect(case)
    context = {
        "title": title,
        "intro": intro or case.title,
        "form": form,
        "submit": submit,
        "back": case.get_absolute_url(),
    }
    return render(request, "ui/form_page.html", context, status=form_status(request))


@page(to=BUSINESS, writes=True)
def judge_all(request: ActorRequest, pk: int) -> HttpResponse:
    """The verdicts of one judge on every measure, sent from the page of the case or from here."""
    case = case_or_404(request, pk)
    actor = request.actor
    judging = services.judge_of(case, actor)
    if judging is None:
        raise NotPermittedError("现在不由您认定")
    rows = verdict_forms(measures(case), judging, sent(request))
    refused = ""
    if request.method == "POST" and not [
        form for form in rows if not form.is_valid()
    ]:  # each is looked at, so that each says what is wrong
        given = [
            (form.measure, form.cleaned_data["verdict"], form.cleaned_data["reason"])
            for form in rows
            if form.cleaned_data["verdict"]
        ]
        try:
            with transaction.atomic():
                n = services.judge_all(case, actor, given)
        except DomainError as error:
            refused = error.message
        else:
            messages.success(request, f"已认定 {n} 条措施。" if n else "认定没有变化。")
            return redirect(case)
    return render(
        request,
        "rectification/judge_all.html",
        {"case": case, "verdict_forms": rows, "refused": refused},
        status=form_status(request),
    )


@page(to=lambda actor: actor.is_office, writes=True)
def plan_look_back(request: ActorRequest, pk: int) -> HttpResponse:
    case = case_or_404(request, pk)
    form = LookBackForm(sent(request))
    act = lambda data: services.plan_look_back(case, request.actor, **data)
    return write(request, form, act, case=case, title="列入回头看", submit="列入", done="已列入回头看。")


@page(to=lambda actor: actor.is_office, writes=True)
def judge_look_back(request: ActorRequest, pk: int) -> HttpResponse:
    look_back: LookBack = get_or_404(LookBack.objects.select_related("case"), request.actor, pk=pk)
    form = LookBackVerdictForm(sent(request))
    case = look_back.case
    after: list[Case | None] = []
    act = lambda data: after.append(services.judge_look_back(look_back, request.actor, **data))
    done = "已记录回头看结论。"
    answer = write(request, form, act, case=case, title="回头看结论", intro=case.title, submit="保存结论", done=done)
    if after and after[0] is not None:
        label = LookBackVerdict(form.cleaned_data["verdict"]).label
        messages.info(
            request, f"认定{label}，已另开第 {after[0].content.round} 轮整改 {after[0].number}，本轮的日期和统计不变。"
        )
        return redirect(after[0])
    return answer
