"""A programme (市级整改工作方案) for tests, and how what came of it is taken on, by its steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from casework.models import Case
from casework.workflow import engine
from organizations.enums import Role
from organizations.models import Post, Unit
from rectification.enums import State
from rectification.models import Demand, Programme
from rectification.services import AspectDraft, answer_claim, draft_programme
from tests.factories import BasisFactory, Cast, TopicFactory, a_campaign, a_post, acting, an_actor, walk

DEMANDS = (("全面排查，建立问题清单", "制定制度并印发"), ("每季度评查一次案卷",))


def aspects(rows: Sequence[Sequence[str]] = DEMANDS, **given: Any) -> list[AspectDraft]:
    """Problems as they are drafted, each with these required measures."""
    today, basis = timezone.localdate(), BasisFactory()
    return [
        AspectDraft(
            title=f"第 {n} 类突出问题", statement=f"第 {n} 类问题在全市不同程度存在。",
            topic=TopicFactory(code="A15", name="基层法治建设"), basis=basis,
            article="58", rectify_by=today + timedelta(90), demands=demands, **given,
        )
        for n, demands in enumerate(rows, 1)
    ]  # fmt: skip


def a_programme(units: list[Unit], *, campaign: Any = None, post: Post | None = None, rows: Any = DEMANDS) -> Programme:
    """The draft of a programme for these units."""
    post, today = post or a_post(Role.OFFICE_STAFF), timezone.localdate()
    campaign = campaign or a_campaign(units=units, with_team=False)
    return draft_programme(
        acting(post), campaign.case, title="突出问题整改工作方案", claim_by=today + timedelta(10), units=units,
        aspects=aspects(rows),
    )  # fmt: skip


def issued(programme: Programme) -> Programme:
    """Submit and issue a draft."""
    case = Case.objects.get(pk=programme.pk)
    engine.perform(engine.perform(case, "submit", an_actor(Role.OFFICE_STAFF)), "issue", an_actor(Role.OFFICE_DIRECTOR))
    return Programme.objects.select_related("case__within").get(pk=programme.pk)


def claim_of(programme: Programme, unit: Unit) -> Case:
    """The card by which a unit is asked."""
    return Case.objects.get(unitclaim__programme=programme, unit=unit)


def claimed(programme: Programme, unit: Unit, which: dict[int, list[int]], why: str = "") -> Case:
    """Answer as the unit: problem -> its measures, both by their numbers; return the card."""
    keys = {one.n: one.pk for one in programme.aspects.all()}
    demands = dict(Demand.objects.filter(aspect__programme=programme).values_list("n", "pk"))
    chosen = {keys[n]: [demands[m] for m in measures] for n, measures in which.items()}
    return answer_claim(claim_of(programme, unit), an_actor(Role.UNIT_LIAISON, unit), chosen, why=why)


def accepted(programme: Programme, unit: Unit, which: dict[int, list[int]]) -> list[Case]:
    """Claim and accept; return the rectifications that came of it."""
    engine.perform(claimed(programme, unit, which, "其余不涉及"), "accept", an_actor(Role.OFFICE_STAFF))
    return list(Case.objects.filter(rectification__finding__claimed__claim__case__unit=unit).order_by("number"))


def walked(case: Case, to: State = State.CLOSED) -> Case:
    """Take a rectification as far as asked."""
    walk(case, to, Cast(case).way())
    return Case.objects.get(pk=case.pk)
