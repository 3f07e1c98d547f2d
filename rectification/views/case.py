"""What is judged on the page of a rectification: the verdicts of one judge."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse

from casework.errors import OverError
from casework.kinds import spec_of, works_on_cases
from casework.models import Case
from casework.views.kinds import card_of_kind
from organizations.actor import Actor
from organizations.requests import ActorRequest
from rectification import services
from rectification.enums import RECTIFICATION
from rectification.forms import verdict_forms, warning_forms
from rectification.pages import measures
from rectification.paper.shown import warned
from rectification.querysets import REVIEWERS
from ui.form_actions import form_page, said, sent
from ui.pages import page


def judges(actor: Actor) -> bool:
    """Whoever may judge what units have done: nobody else has the pages of the warnings."""
    return actor.role in REVIEWERS


def case_or_404(request: ActorRequest, pk: int) -> Case:
    """Return the card of a rectification in scope."""
    return card_of_kind(request, spec_of(RECTIFICATION), pk)


@page(to=works_on_cases, writes=True)
def judge_all(request: ActorRequest, pk: int) -> HttpResponse:
    """The verdicts of one judge on every measure, sent from the page of the case or from here."""
    case = case_or_404(request, pk)
    actor = request.actor
    judging = services.judge_of(case, actor)
    if judging is None:
        raise OverError("现在不由您认定", case)
    rows = verdict_forms(measures(case, actor), judging, sent(request))

    def do(_: dict[str, Any]) -> int:
        return services.judge_all(case, actor, [word for row in rows if (word := row.word()).verdict])

    return form_page(
        request,
        Form(sent(request)),
        do,
        lambda n: said(request, f"已认定 {n} 条措施。" if n else "认定没有变化。", _next(request, case)),
        others=rows,
        template="rectification/judge_all.html",
        case=case,
        verdict_forms=rows,
        warned=warned(case, actor),
    )


def _next(request: ActorRequest, case: Case) -> Any:
    """Where a judge goes on: to the next measure beside its evidence where he came from there, else to the case."""
    n = request.POST.get("beside", "")[:4]
    return f"{reverse('rectification-evidence', args=[case.pk])}?m={n}" if n.isdecimal() else case


@page(to=judges, writes=True)
def answer_warnings(request: ActorRequest, pk: int) -> HttpResponse:
    """The warnings of a case, each with its twin beside it, and the reviewer's word on each."""
    case = case_or_404(request, pk)
    actor = request.actor
    shown = warned(case, actor)
    refusal = services.stays_out(case, actor)
    if request.method == "POST" and refusal:
        raise OverError(refusal, case)
    rows = warning_forms(shown, sent(request))

    def do(_: dict[str, Any]) -> int:
        given = [(row.warned.row.pk, row.cleaned_data["verdict"], row.cleaned_data["reason"]) for row in rows]
        return services.answer(case, actor, [one for one in given if one[1]])

    return form_page(
        request,
        Form(sent(request)),
        do,
        lambda n: said(request, f"已认定 {n} 条提示。" if n else "认定没有变化。", case),
        others=rows,
        template="rectification/warnings.html",
        case=case,
        rows=rows,
        refusal=refusal,
    )
