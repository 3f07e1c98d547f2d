"""What is judged on the page of a rectification: verdicts and look-backs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse

from casework.errors import NotPermittedError
from casework.kinds import spec_of
from casework.models import Case
from casework.views.kinds import card_of_kind
from casework.views.steps import BUSINESS
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from rectification import services
from rectification.enums import RECTIFICATION, LookBackVerdict
from rectification.forms import LookBackForm, LookBackVerdictForm, verdict_forms
from rectification.models import LookBack
from rectification.pages import measures
from ui.form_actions import form_page, said, sent
from ui.pages import page


def case_or_404(request: ActorRequest, pk: int) -> Case:
    """Return the card of a rectification in scope."""
    return card_of_kind(request, spec_of(RECTIFICATION), pk)


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
