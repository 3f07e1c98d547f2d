"""市级整改工作方案: draft it, change it while it is a draft, answer it as a unit, remind who has not answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from casework import kinds
from casework.deadlines.working_days import next_workday
from casework.enums import Secrecy, Severity
from casework.errors import NotPermittedError
from casework.models import Case, Topic
from casework.workflow import engine, numbers
from inspections.enums import RUNNING, Kind, RectifyType
from inspections.models import Basis, CampaignUnit
from inspections.services.citing import Cited, article_of, refuse_uncitable
from inspections.services.editing import lock_to_edit, refuse_invalid
from inspections.workflow.holders import the_office
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import Unit
from rectification.enums import PROGRAMME, ClaimState
from rectification.models import Aspect, ClaimedAspect, Demand, Programme
from rectification.services.reminding import remind_each, unreminded
from ui.errors import DomainError
from ui.texts import clean_text


class AspectDraft(NamedTuple):
    """One problem of a programme as it is to stand, with its required measures."""

    title: str
    statement: str
    topic: Topic
    basis: Basis
    article: str
    rectify_by: date
    demands: Sequence[str]
    severity: int = Severity.ORDINARY
    rectify_type: str = RectifyType.TERM
    supervisor: Unit | None = None


@transaction.atomic
def draft_programme(
    actor: Actor,
    within: Case,
    *,
    title: str,
    claim_by: date,
    purpose: str = "",
    units: Iterable[Unit] = (),
    aspects: Sequence[AspectDraft] = (),
) -> Programme:
    """Draft a programme that follows from a campaign; return it. Without `units`: for all units of the campaign.

    Raises:
        NotPermittedError: not the office's staff.
        DomainError: what is wrong, by field.
    """
    if actor.role != Role.OFFICE_STAFF:
        raise NotPermittedError("整改工作方案由法治督察科起草")
    if within.kind != Kind.CAMPAIGN or within.state not in RUNNING:
        raise DomainError("请选实施中或者反馈整改中的督察批次", {"within": "请另选"})
    number = numbers.take(kinds.spec_of(PROGRAMME).number, campaign=within.number)

    def make(card: Case) -> Programme:
        programme = Programme(case=card, purpose=clean_text(purpose), claim_by=next_workday(claim_by))
        refuse_invalid(programme, exclude=("case",))
        programme.save(force_insert=True)
        programme.units.set(_issued_to(within, units))
        return programme

    card = engine.open_case(
        PROGRAMME,
        actor,
        unit=the_office(),
        title=clean_text(title),
        make=make,
        within=within,
        number=number,
        secrecy=Secrecy.TEAM,  # until it is issued
    )
    programme: Programme = card.content
    if aspects:
        set_aspects(actor, programme, aspects)
    return programme


@transaction.atomic
def amend_programme(
    actor: Actor,
    programme: Programme,
    *,
    title: str,
    claim_by: date,
    purpose: str,
    units: Iterable[Unit],
    aspects: Sequence[AspectDraft],
    seen: int | None = None,
) -> Programme:
    """Write a draft programme anew, its problems too; return it.

    Raises:
        ConflictError, NotPermittedError: somebody acted since, or it is no draft any more. DomainError: by field.
    """
    card = lock_to_edit("aspects", programme.pk, actor, seen)
    chosen = sorted(unit.pk for unit in _issued_to(card.within, units))
    changes = {"title": clean_text(title), "claim_by": next_workday(claim_by), "purpose": clean_text(purpose)}
    card = engine.amend(card, actor, changes | {"units": chosen})
    set_aspects(actor, card.content, aspects)
    return Programme.objects.select_related("case").get(pk=card.pk)


def _issued_to(within: Case | None, units: Iterable[Unit]) -> list[Unit]:
    placed = CampaignUnit.objects.filter(campaign=within.pk if within else None).select_related("unit")
    of_campaign = [row.unit for row in placed.order_by("unit__place")]
    chosen = list(units)
    strange = [unit.short_name for unit in chosen if unit not in of_campaign]
    if strange:
        raise DomainError(f"{'、'.join(strange[:5])}不是本批次的被督察单位", {"units": "请在本批次的单位中选"})
    return chosen or of_campaign


@transaction.atomic
def set_aspects(actor: Actor, programme: Programme, drafts: Sequence[AspectDraft]) -> list[Aspect]:
    """Make the problems of a draft programme exactly these, numbered in their order; return them.

    Required measures are numbered through the whole programme (10 个方面、30 条措施). One event says what stands now.

    Raises:
        DomainError: what is wrong; the fields of a row are named "<row>-<field>".
    """
    card = lock_to_edit("aspects", programme.pk, actor, None)
    if _words(programme) == [_in_words(draft) for draft in drafts]:
        return list(programme.aspects.all())
    if (n := sum(len(draft.demands) for draft in drafts)) > MOST_DEMANDS:
        raise DomainError(f"规定措施共 {n} 条，超过 {MOST_DEMANDS} 条，各单位没法逐条认领；请合并，或者分作几个方案")
    Demand.objects.filter(aspect__programme=programme).delete()
    programme.aspects.all().delete()
    n_demand, made = 0, []
    for row, draft in enumerate(drafts):
        try:
            aspect = _write_aspect(programme, row + 1, draft, actor.today)
        except DomainError as refused:
            beside = {f"{row}-{name}": text for name, text in refused.fields.items()}
            raise DomainError(f"第 {row + 1} 方面：{refused.message}", beside) from refused
        for content in draft.demands:
            n_demand += 1
            Demand.objects.create(aspect=aspect, n=n_demand, content=content)
        made.append(aspect)
    said = "；".join(f"{aspect}" for aspect in made)
    engine.note(card, actor, "aspects", f"写明 {len(made)} 个方面、{n_demand} 条措施", note=said)
    return made


def _write_aspect(programme: Programme, n: int, draft: AspectDraft, today: date) -> Aspect:
    """Write a problem.

    Every claim of it is to become a finding that cites its basis, and what is issued is not changed any more: an
    article that nobody could cite is refused here (docs/decisions/0034).
    """
    if draft.rectify_by <= programme.claim_by:
        raise DomainError(
            f"整改时限 {draft.rectify_by:%Y-%m-%d} 不晚于认领期限 {programme.claim_by:%Y-%m-%d}",
            {"rectify_by": f"须在 {programme.claim_by:%Y-%m-%d} 以后"},
        )
    if len(set(draft.demands)) < len(draft.demands):
        raise DomainError("两条规定措施完全相同", {"demands": "有两条相同"})
    if long := next((text for text in draft.demands if len(text) > LONGEST), None):
        raise DomainError(f"“{long[:20]}…”超过 {LONGEST} 个字", {"demands": f"每条最多 {LONGEST} 个字"})
    try:
        refuse_uncitable(Cited(draft.basis, draft.article), today)
    except DomainError as refused:
        raise DomainError(refused.message, {"article": "请核对依据和条款"}) from refused
    fields = {name: value for name, value in draft._asdict().items() if name not in {"demands", "article"}}
    fields |= {"article": article_of(draft.article), "rectify_by": next_workday(draft.rectify_by)}
    aspect = Aspect(programme=programme, n=n, **fields)
    refuse_invalid(aspect)
    aspect.save(force_insert=True)
    return aspect


LONGEST = 500  # characters of a required measure
MOST_DEMANDS = 300  # of a programme: every unit ticks them on one page (10 个方面、30 条措施 are usual)


def _words(programme: Programme) -> list[tuple[Any, ...]]:
    rows = programme.aspects.prefetch_related("demands").order_by("n")
    return [
        (one.title, one.statement, one.topic_id, one.basis_id, one.article, one.rectify_by, one.severity,
         one.rectify_type, one.supervisor_id, tuple(demand.content for demand in one.demands.all()))
        for one in rows
    ]  # fmt: skip


def _in_words(draft: AspectDraft) -> tuple[Any, ...]:
    return (
        draft.title, draft.statement, draft.topic.pk, draft.basis.pk, article_of(draft.article),
        next_workday(draft.rectify_by), draft.severity, draft.rectify_type,
        draft.supervisor.pk if draft.supervisor else None, tuple(draft.demands),
    )  # fmt: skip


@transaction.atomic
def answer_claim(
    case: Case, actor: Actor, chosen: Mapping[int, Iterable[int]], *, why: str = "", seen: int | None = None
) -> Case:
    """对标认领: say which problems (aspect -> its required measures) concern the unit, and hand the answer in.

    Raises:
        DomainError: nothing is claimed and it is not said why. As for `engine.perform`.
    """
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)  # the lock: liaison and head answering at once
    claim = case.content
    aspects = {one.pk: one for one in Aspect.objects.filter(programme=claim.programme_id).prefetch_related("demands")}
    rows = []
    for key, aspect in aspects.items():
        demands = [one for one in aspect.demands.all() if one.pk in set(chosen.get(key, ()))]
        if demands:
            rows.append((aspect, demands))
    if not rows and not why.strip():
        raise DomainError("没有认领任何方面的，请写明理由", {"why": "都不涉及的须写明理由"})
    ClaimedAspect.objects.filter(claim=claim).delete()
    for aspect, demands in sorted(rows, key=lambda row: row[0].n):
        ClaimedAspect.objects.create(claim=claim, aspect=aspect).demands.set(demands)
    claim.why = clean_text(why)
    claim.save(update_fields=["why"])
    return engine.perform(case, "answer", actor, seen=seen, note=_said(rows, claim.why))


def _said(rows: Sequence[tuple[Aspect, Sequence[Demand]]], why: str) -> str:
    lines = [f"{aspect}：措施 {'、'.join(str(one.n) for one in demands)}" for aspect, demands in rows]
    lines = [f"认领 {len(rows)} 个方面", *lines] if rows else ["各方面都不涉及"]
    return "\n".join([*lines, *([f"理由：{why}"] if why else [])])


def to_remind_of(programme: Programme) -> list[Case]:
    """Return the cards of the units that have not answered and were not reminded."""
    return unreminded(Case.objects.filter(unitclaim__programme=programme, state=ClaimState.ASKED))


@transaction.atomic
def remind_of_claim(programme: Programme, actor: Actor) -> int:
    """Remind every unit that has not claimed, each once; return how many were reminded."""
    return remind_each(to_remind_of(programme), actor)
