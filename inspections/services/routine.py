"""日常督察: what is found outside every campaign belongs to the year's own one, opened when it is first needed.

So a finding of any day has a campaign, its number, switches, scope and place in the figures (docs/decisions/0021).
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from casework import kinds
from casework.enums import Secrecy
from casework.models import Case
from casework.workflow import engine, numbers
from inspections.enums import CampaignKind, Kind
from inspections.models import Campaign, CampaignUnit
from inspections.services.editing import refuse_invalid
from inspections.services.teams import WINDING_UP
from inspections.workflow.holders import the_office
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import Unit
from ui.errors import DomainError


def logs_routine(actor: Actor) -> bool:
    """Say who logs without a campaign: the office; a team inspects in its own campaign only."""
    return actor.role == Role.OFFICE_STAFF


def routine_of(year: int) -> Campaign:
    """Return the year's own campaign; where it has not been needed yet, as it would be opened."""
    found = Campaign.objects.filter(is_routine=True, year=year).select_related("case").first()
    return found or Campaign(
        case=Case(kind=Kind.CAMPAIGN, title=f"{year} 年日常督察", number=""),
        kind=CampaignKind.DAILY,
        year=year,
        is_routine=True,
        from_on=date(year, 1, 1),
        to_on=date(year, 12, 31),
        outside_reason="日常督察，不列入年度计划项目",
        content="日常工作中发现、不属于任何一次督察批次的问题。",
    )


@transaction.atomic
def open_routine(actor: Actor, unit: Unit, *, discovered_on: date) -> Campaign:
    """Return the campaign of routine inspection of that day's year with this unit in it; opened where it is not there.

    Raises:
        DomainError: the year is over, so that nothing is found in it any more.
    """
    campaign = routine_of(discovered_on.year)
    if campaign.to_on < actor.today - WINDING_UP:
        raise DomainError(
            f"{campaign.year} 年的日常督察已经结束，发现日期请填今年的", {"discovered_on": "所在年度的日常督察已经结束"}
        )
    is_new = campaign.pk is None
    if is_new:
        campaign = _opened(actor, campaign)
    placed, is_first = CampaignUnit.objects.get_or_create(campaign=campaign, unit=unit)
    if is_first:
        engine.note(campaign.case, actor, "units", "列入 1 个单位", note=placed.unit.short_name)
    if is_new:
        engine.perform(campaign.case, "keep_routine", None)
    return Campaign.objects.select_related("case").get(pk=campaign.pk)


def _opened(actor: Actor, planned: Campaign) -> Campaign:
    # the number is taken first: its lock makes a second first use wait for this one
    number = numbers.take(kinds.spec_of(Kind.CAMPAIGN).number, year=planned.year, kind=CampaignKind.DAILY.value)

    def make(card: Case) -> Campaign:
        planned.case = card
        refuse_invalid(planned, exclude=("case",))
        planned.save(force_insert=True)
        return planned

    case = engine.open_case(
        Kind.CAMPAIGN,
        actor,
        unit=the_office(),
        title=planned.case.title,
        number=number,
        make=make,
        secrecy=Secrecy.TEAM,
    )
    campaign: Campaign = case.content
    return campaign
