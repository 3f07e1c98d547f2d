"""督察批次: draft it, correct it, move its end."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework import kinds
from casework.enums import Secrecy
from casework.models import Case
from casework.workflow import engine, numbers
from inspections.enums import CampaignKind, CampaignState, Kind, PlanState
from inspections.models import Campaign, PlanItem
from inspections.services.editing import refuse_invalid
from inspections.services.teams import prolong_teams, rename_teams
from inspections.workflow.holders import the_office
from organizations.actor import Actor
from organizations.enums import OFFICE
from organizations.services.account_log import refuse_all_but
from ui.errors import DomainError


@dataclass(frozen=True)
class Switches:
    """Which steps of closing the rectifications of a campaign take; fixed once fieldwork begins."""

    with_supervision: bool = True
    with_publicity: bool = True
    publicity_days: int = 7


@transaction.atomic
def draft_campaign(
    actor: Actor | None,
    *,
    kind: CampaignKind | str,
    year: int,
    title: str,
    from_on: date,
    to_on: date,
    content: str = "",
    outside_reason: str = "",
    plan_item: PlanItem | None = None,
    switches: Switches = Switches(),
    day: date | None = None,
) -> Campaign:
    """Open a campaign numbered QYFD-<year>-<kind><nn> (docs/domain/dictionaries.md 9.1) and return it.

    Raises:
        DomainError: not the office's act, its days are wrong or over, or the plan of its item has not been approved.
    """
    refuse_all_but(actor, OFFICE, "建立督察批次")
    on = day or timezone.localdate()
    if to_on < on:
        raise DomainError(f"实施截止日 {to_on:%Y-%m-%d} 已过，请改为 {on:%Y-%m-%d} 或以后", {"to_on": "这一天已过"})
    _refuse_wrong_item(plan_item, year)
    # the number is taken first: its lock makes a doubled submit wait for the first one
    number = numbers.take(kinds.spec_of(Kind.CAMPAIGN).number, year=year, kind=CampaignKind(kind).value)
    _refuse_twin(title.strip(), year, from_on)

    def make(card: Case) -> Campaign:
        campaign = Campaign(
            case=card,
            kind=kind,
            year=year,
            plan_item=plan_item,
            outside_reason="" if plan_item else outside_reason.strip(),
            content=content.strip(),
            from_on=from_on,
            to_on=to_on,
            **asdict(switches),
        )
        refuse_invalid(campaign, exclude=("case",))
        campaign.save(force_insert=True)
        return campaign

    if not title.strip():
        raise DomainError("请写批次名称", {"title": "还没有写"})
    case = engine.open_case(
        Kind.CAMPAIGN,
        actor,
        unit=the_office(),
        title=title.strip(),
        number=number,
        make=make,
        secrecy=Secrecy.TEAM,
        day=day,
    )
    campaign: Campaign = case.content
    return campaign


@transaction.atomic
def amend_campaign(actor: Actor, campaign: Campaign, changes: dict[str, Any], *, seen: int | None = None) -> Campaign:
    """Correct fields of a campaign; its teams follow its end and its title. Return it as it now stands.

    Raises:
        ConflictError, NotPermittedError: as for `engine.amend`.
        DomainError: the days are the wrong way round, or a finding lies beyond the new ones.
    """
    kept = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    from_on, to_on = changes.get("from_on", kept.from_on), changes.get("to_on", kept.to_on)
    if to_on < from_on:
        raise DomainError("实施截止日不能早于起始日", {"to_on": f"须在 {from_on:%Y-%m-%d} 或以后"})
    outside = Case.objects.filter(within=kept.pk, kind=Kind.FINDING).exclude(
        finding__discovered_on__range=(from_on, to_on)
    )
    if n := outside.count():
        raise DomainError(
            f"有 {n} 个问题的发现日期不在 {from_on:%Y-%m-%d} 至 {to_on:%Y-%m-%d} 之间，不能这样改",
            {"to_on": "与已录入的问题不符"},
        )
    title = kept.case.title
    case = engine.amend(kept.case, actor, changes, seen=seen)
    if to_on != kept.to_on:
        prolong_teams(actor, case.content)
    if case.title != title:
        rename_teams(actor, case.content)
    found: Campaign = case.content
    return found


def _refuse_wrong_item(item: PlanItem | None, year: int) -> None:
    if item is None:
        return
    if item.plan.case.state != PlanState.APPROVED:
        raise DomainError(f"{item.plan} 还没有审定，审定后才能按计划立批次", {"plan_item": "所在计划未审定"})
    if item.plan.year != year:
        raise DomainError(f"“{item.title}”是 {item.plan.year} 年度的项目，与批次年度不符", {"plan_item": "年度不符"})


def _refuse_twin(title: str, year: int, from_on: date) -> None:
    """Refuse a second campaign of the same name and first day while nothing was done with the first one yet."""
    same = Case.objects.of_kind(Kind.CAMPAIGN).filter(
        title=title, state=CampaignState.PREPARING, campaign__year=year, campaign__from_on=from_on
    )
    twin = same.filter(campaign__units=None).order_by("pk").first()
    if twin is not None:
        raise DomainError(f"刚立过同名、同日开始的批次 {twin.number}，没有重复保存", {"title": "与已有批次相同"})
