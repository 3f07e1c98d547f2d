"""进展调度: the office calls and sees who has answered; a unit answers all it is asked on one page."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.forms import ReasonForm
from casework.kinds import spec_of, works_on_cases
from casework.pages.hands import leads_to
from casework.views.kinds import card_of_kind
from casework.views.steps import comes_next, over
from casework.workflow.circuits import circuit_of
from organizations.access import get_or_404
from organizations.enums import Role
from organizations.requests import ActorRequest
from rectification import services
from rectification.enums import PROGRESS_CALL
from rectification.forms import AnswerRow, CallAnswerForm, RoundForm
from rectification.models import ProgressRound
from ui.form_actions import form_page, said, sent
from ui.pages import page


def _calls(actor: Any) -> bool:
    return bool(actor.role == Role.OFFICE_STAFF)


def _office(actor: Any) -> bool:
    return bool(actor.is_office)


@page(to=_calls, writes=True)
def new_round(request: ActorRequest) -> HttpResponse:
    """Call for the progress of what is open."""
    return form_page(
        request,
        RoundForm(sent(request), actor=request.actor),
        lambda given: services.call_round(request.actor, **given),
        lambda called: said(request, f"已发起“{called}”，各单位的待办里已有。", "progress-round", called.pk),
        title="发起进展调度",
        intro="每个有整改中事项的单位收到一件待办，在一页上逐件填报，到期未报的可以提醒一次。",
        submit="发起调度",
        back=reverse("progresscalls"),
    )


@page(to=_office)
def show_round(request: ActorRequest, pk: int) -> HttpResponse:
    """Who has answered a round, who has not, and what they said."""
    called = get_or_404(ProgressRound.objects.select_related("within", "post__user"), request.actor, pk=pk)
    rows = services.coverage(called, request.actor)
    context = {
        "round": called,
        "rows": rows,
        "n_answered": sum(1 for row in rows if row.is_answered),
        "n_to_remind": sum(1 for row in rows if row.may_be_reminded),
        "n_open": sum(1 for row in rows if row.case.is_open),
        "may_remind": _calls(request.actor),
        "list_url": spec_of(PROGRESS_CALL).listing.url(round=called.pk),
    }
    return render(request, "rectification/round.html", context)


@page(to=_calls, writes=True)
def remind(request: ActorRequest, pk: int) -> HttpResponse:
    """Remind every unit of the round that has not answered, each once."""
    called = get_or_404(ProgressRound.objects.all(), request.actor, pk=pk)
    cards = services.to_remind(called)
    return form_page(
        request,
        Form(sent(request)),
        lambda _: services.remind_round(called, request.actor),
        lambda n: said(request, f"已提醒 {n} 个单位。" if n else "没有需要提醒的单位。", "progress-round", called.pk),
        title=f"提醒未答复的单位：{called}",
        intro=f"将提醒 {len(cards)} 个单位：{'、'.join(card.unit_name for card in cards) or '没有'}。"
        "每次调度每个单位只提醒一次。",
        submit="提醒",
        back=reverse("progress-round", args=[called.pk]),
    )


@page(to=_office, writes=True)
def cancel_round(request: ActorRequest, pk: int) -> HttpResponse:
    """Cancel what is not answered of a round, all for one reason; the answers stay."""
    called = get_or_404(ProgressRound.objects.all(), request.actor, pk=pk)
    cards = services.unanswered_cards(called)
    return form_page(
        request,
        ReasonForm(sent(request)),
        lambda given: services.cancel_round(called, request.actor, **given),
        lambda n: said(request, f"已取消 {n} 个单位的答复。" if n else "没有要取消的。", "progress-round", called.pk),
        title=f"取消调度：{called}",
        intro=f"将取消 {len(cards)} 个单位的答复：{'、'.join(card.unit_name for card in cards) or '没有'}。"
        "原因写进每个单位的经过，单位收到知悉；已经答复的照样保留。",
        submit="取消这次调度",
        back=reverse("progress-round", args=[called.pk]),
    )


@page(to=works_on_cases, writes=True)
def answer(request: ActorRequest, pk: int) -> HttpResponse:
    """All that a unit is asked in a round, each filled in with what was said last."""
    case, actor = card_of_kind(request, spec_of(PROGRESS_CALL), pk), request.actor
    circuit = circuit_of(case)
    answering = circuit.by_name["answer"]
    if answering not in circuit.permitted(case, actor):
        if case.state in answering.sources:
            raise Http404
        raise over(case, actor, answering)
    rows = [AnswerRow(sent(request), one=one) for one in services.asked(case)]
    form = CallAnswerForm(sent(request), initial={"seen": case.last_seq})

    def do(given: dict[str, Any]) -> Any:
        every = given["all_unchanged"]
        answers = [row.answer(unchanged=every) for row in rows]
        return services.answer_call(case, actor, answers, seen=given["seen"])

    return form_page(
        request,
        form,
        do,
        lambda after: said(request, f"已报送 {len(rows)} 件的进展。{comes_next(after, actor)}", after),
        others=rows,
        template="rectification/progress_answer.html",
        case=case,
        round=case.content.round,
        rows=rows,
        leads=leads_to(case, answering, actor),
        back=case.get_absolute_url(),
    )
