"""方案逐条审核: what the office says of each item of a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse

from casework.kinds import works_on_cases
from casework.pages.case_page import briefs
from casework.pages.hands import all_leads
from casework.views.steps import comes_next, shut
from casework.workflow.circuits import circuit_of
from organizations.requests import ActorRequest
from rectification import services
from rectification.facts import goal_hint
from rectification.forms import ItemRow, PlanReviewForm
from rectification.views.case import case_or_404
from rectification.workflow.plan_items import review_of
from ui.form_actions import form_page, said, sent
from ui.pages import page

APPROVE, RETURN = "approve_plan", "return_plan"  # the two steps of which one follows from what is said of the items


@page(to=works_on_cases, writes=True)
def review(request: ActorRequest, pk: int) -> HttpResponse:
    """Every item that is not accepted yet, the old beside the new; what is sent takes the step that follows."""
    case = case_or_404(request, pk)
    actor = request.actor
    circuit = circuit_of(case)
    returning = circuit.by_name.get(RETURN)
    if returning is None or returning not in circuit.permitted(case, actor):
        raise shut(case, actor, "方案审核意见")
    items, asked = review_of(case), services.open_items(case)
    rows = [ItemRow(sent(request), item=item) for item in items if item.n in asked]
    form = PlanReviewForm(sent(request), initial={"seen": case.last_seq})

    def do(given: dict[str, Any]) -> Any:
        verdicts = {row.item.n: row.said() for row in rows}
        return services.review_plan(case, actor, verdicts, opinion=given["opinion"], seen=given["seen"])

    return form_page(
        request,
        form,
        do,
        lambda after: said(request, f"已提交审核意见。{comes_next(after, actor)}", after),
        others=rows,
        template="rectification/plan_review.html",
        case=case,
        content=case.content,
        item_forms=rows,
        settled=[item for item in items if item.is_accepted],
        gone=[item for item in items if item.is_gone],
        goal_hint=goal_hint(case.content.goal),
        leads=all_leads(case, [circuit.by_name[name] for name in (APPROVE, RETURN)], actor),
        shows=lambda: briefs(case, actor, replace(returning, shows=("returned", "finding"))),
        back=case.get_absolute_url(),
    )
