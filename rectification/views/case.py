"""The page of a rectification, and what is written on it: plan, measures, completion, verdicts, look-backs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casework import engine
from casework.models import Case
from casework.pages import case_context
from casework.views.steps import BUSINESS
from organizations.access import get_or_404
from rectification import services
from rectification.forms import CompletionForm, LookBackForm, LookBackVerdictForm, MeasureForm, PlanForm, VerdictForm
from rectification.models import LookBack, Measure
from rectification.reading import read_rectification
from ui.errors import DomainError
from ui.pages import page


def _case(request: HttpRequest, pk: int) -> Case:
    rows = Case.objects.select_related("unit", "within", "topic", "holder_unit", "rectification__finding__case__within__campaign")
    found: Case = get_or_404(rows, request.actor, pk=pk, kind="rectification")  # type: ignore[attr-defined]
    return found


@page(to=BUSINESS)
def rectification(request: HttpRequest, pk: int) -> HttpResponse:
    case = _case(request, pk)
    return render(request, "rectification/case.html", case_context(request, case) | read_rectification(case, request.actor))  # type: ignore[attr-defined]


def _write(request: HttpRequest, form: Any, act: Any, *, case: Case, title: str, submit: str, done: str, intro: str = "") -> HttpResponse:
    """Show a form; on a good POST do the act and go back to the case; a refusal stands at its field, what was typed stays."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                act(form.cleaned_data)
        except DomainError as refused:
            at = [name for name in refused.fields if name in form.fields]
            for name in at or ["__all__"]:
                form.add_error(name, refused.message)
        else:
            messages.success(request, done)
            return redirect(case)
    context = {"title": title, "intro": intro or case.title, "form": form, "submit": submit, "back": case.get_absolute_url()}
    return render(request, "ui/form_page.html", context)


@page(to=BUSINESS, writes=True)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the plan: goal, leader, owner."""
    case = _case(request, pk)
    row = case.content
    form = PlanForm(request.POST or None, initial={"goal": row.goal, "leader_title": row.leader_title, "owner": row.owner})
    act = lambda data: engine.amend(case, request.actor, data)  # type: ignore[attr-defined]
    return _write(request, form, act, case=case, title="整改方案", submit="保存方案", done="已保存整改方案。")


@page(to=BUSINESS, writes=True)
def add_measure(request: HttpRequest, pk: int) -> HttpResponse:
    case = _case(request, pk)
    form = MeasureForm(request.POST or None, initial={"due_on": case.due_on})
    act = lambda data: services.add_measure(case, request.actor, **data)  # type: ignore[attr-defined]
    return _write(request, form, act, case=case, title="添加措施", submit="添加这条措施", done="已添加一条措施。")


def _measure(request: HttpRequest, pk: int) -> Measure:
    found: Measure = get_or_404(Measure.objects.select_related("case__unit"), request.actor, pk=pk)  # type: ignore[attr-defined]
    return found


@page(to=BUSINESS, writes=True)
def change_measure(request: HttpRequest, pk: int) -> HttpResponse:
    measure = _measure(request, pk)
    form = MeasureForm(request.POST or None, initial={name: getattr(measure, name) for name in services.MEASURE_FIELDS})
    act = lambda data: services.change_measure(measure, request.actor, **data)  # type: ignore[attr-defined]
    return _write(request, form, act, case=measure.case, title=f"修改措施 {measure.n}", submit="保存措施", done=f"已修改措施 {measure.n}。")


@page(to=BUSINESS, writes=True)
def remove_measure(request: HttpRequest, pk: int) -> HttpResponse:
    measure = _measure(request, pk)
    if request.method == "POST":
        services.remove_measure(measure, request.actor)  # type: ignore[attr-defined]
        messages.success(request, "已删除这条措施。")
        return redirect(measure.case)
    return render(request, "rectification/remove_measure.html", {"measure": measure})


@page(to=BUSINESS, writes=True)
def complete_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit says what was done, with its evidence."""
    measure = _measure(request, pk)
    sent = request.method == "POST"
    form = CompletionForm(request.POST if sent else None, request.FILES if sent else None, initial={"result": measure.result})
    act = lambda given: services.complete_measure(measure, request.actor, **given)  # type: ignore[attr-defined]
    return _write(request, form, act, case=measure.case, title=f"措施 {measure.n} 完成情况", intro=measure.content, submit="保存完成情况", done=f"已填报措施 {measure.n}。")


@page(to=BUSINESS, writes=True)
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """One verdict of the supervising department or the office."""
    measure = _measure(request, pk)
    form = VerdictForm(request.POST or None)
    act = lambda data: services.judge(measure, request.actor, **data)  # type: ignore[attr-defined]
    return _write(request, form, act, case=measure.case, title=f"认定措施 {measure.n}", intro=measure.content, submit="保存认定", done=f"已认定措施 {measure.n}。")


@page(to=lambda actor: actor.is_office, writes=True)
def plan_look_back(request: HttpRequest, pk: int) -> HttpResponse:
    case = _case(request, pk)
    form = LookBackForm(request.POST or None)
    act = lambda data: services.plan_look_back(case, request.actor, **data)  # type: ignore[attr-defined]
    return _write(request, form, act, case=case, title="列入回头看", submit="列入", done="已列入回头看。")


@page(to=lambda actor: actor.is_office, writes=True)
def judge_look_back(request: HttpRequest, pk: int) -> HttpResponse:
    look_back: LookBack = get_or_404(LookBack.objects.select_related("case"), request.actor, pk=pk)  # type: ignore[attr-defined]
    form = LookBackVerdictForm(request.POST or None)
    act = lambda data: services.judge_look_back(look_back, request.actor, **data)  # type: ignore[attr-defined]
    return _write(request, form, act, case=look_back.case, title="回头看结论", intro=look_back.case.title, submit="保存结论", done="已记录回头看结论。")
