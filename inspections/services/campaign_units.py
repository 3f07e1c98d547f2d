"""对象与分组: which units a campaign inspects, and which team inspects which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from casework.workflow import engine
from inspections.models import Campaign, CampaignUnit, Team
from inspections.services.editing import lock_to_edit
from inspections.services.recusal import clashes, members_of, refuse_recused
from organizations.actor import Actor
from organizations.enums import UnitCategory
from organizations.models import Unit
from ui.errors import DomainError


@transaction.atomic
def place_units(
    actor: Actor | None,
    campaign: Campaign,
    units: Iterable[Unit],
    team: Team | None = None,
    *,
    seen: int | None = None,
    day: date | None = None,
) -> int:
    """Put units into a campaign, or those already there into a team; return how many were placed or moved.

    Raises:
        ConflictError, NotPermittedError: the campaign moved on, or it is beyond preparation.
        DomainError: a unit is not inspected or not in force, a member of the team must be recused from it, or the
            team is another campaign's.
    """
    card = lock_to_edit("units", campaign.pk, actor, seen)
    chosen = list(units)
    there = list(campaign.units.filter(unit__in=chosen).select_related("unit"))
    known = {placed.unit_id for placed in there}
    _refuse_strangers(campaign, [unit for unit in chosen if unit.pk not in known])
    if team is not None:
        if team.campaign_id != campaign.pk:
            raise DomainError(f"{team} 不是本批次的督察组")
        refuse_recused(team, chosen)
    moved = [placed for placed in there if team is not None and placed.team_id != team.pk]
    for placed in moved:
        placed.team = team
    CampaignUnit.objects.bulk_update(moved, ["team"])
    new = CampaignUnit.objects.bulk_create(
        [CampaignUnit(campaign=campaign, unit=unit, team=team) for unit in chosen if unit.pk not in known]
    )
    names = [placed.unit.short_name for placed in (*moved, *new)]
    if names:
        engine.note(
            card,
            actor,
            "units",
            f"{team}督察 {len(names)} 个单位" if team else f"列入 {len(names)} 个单位",
            day=day,
            note=_few(names),
        )
    return len(names)


@transaction.atomic
def remove_units(
    actor: Actor | None, campaign: Campaign, units: Iterable[Unit], *, seen: int | None = None, day: date | None = None
) -> int:
    """Take units out of a campaign under preparation; return how many went."""
    card = lock_to_edit("units", campaign.pk, actor, seen)
    placed = campaign.units.filter(unit__in=list(units)).select_related("unit")
    names = [row.unit.short_name for row in placed]
    placed.delete()
    if names:
        engine.note(card, actor, "units", f"移去 {len(names)} 个单位", day=day, note=_few(names))
    return len(names)


@transaction.atomic
def arrange_units(
    actor: Actor | None,
    campaign: Campaign,
    placing: Mapping[Unit, Team | None],
    *,
    seen: int | None = None,
    day: date | None = None,
) -> int:
    """Make the units of a campaign exactly these, each with its team; return how many there are.

    A unit whose team is None is not grouped yet.

    Raises:
        As for `place_units`.
    """
    card = lock_to_edit("units", campaign.pk, actor, seen)
    gone = Unit.objects.filter(pk__in=campaign.units.exclude(unit__in=[unit.pk for unit in placing]).values("unit_id"))
    remove_units(actor, campaign, gone, day=day)
    by_team: dict[Team | None, list[Unit]] = {}
    for unit, team in placing.items():
        by_team.setdefault(team, []).append(unit)
    for team, units in by_team.items():
        place_units(actor, campaign, units, team, day=day)
    loose = campaign.units.filter(unit__in=by_team.get(None, [])).exclude(team=None)
    if n := loose.update(team=None):
        engine.note(card, actor, "units", f"{n} 个单位改为未分组", day=day)
    return len(placing)


@transaction.atomic
def deal_units(
    actor: Actor | None, campaign: Campaign, teams: Sequence[Team], *, seen: int | None = None, day: date | None = None
) -> int:
    """Deal the units without a team out in equal runs by code; return how many.

    Counties and departments are dealt apart (docs/domain/regions.md 3.3). A recusal sends a unit to the next team.

    Raises:
        DomainError: no team can take a unit, because each has a member who must be recused.
    """
    card = lock_to_edit("units", campaign.pk, actor, seen)
    bare = list(campaign.units.filter(team=None).select_related("unit").order_by("unit__place"))
    people = {team.pk: members_of(team) for team in teams}
    counties = [placed for placed in bare if placed.unit.category == UnitCategory.COUNTY]
    for run in (counties, [placed for placed in bare if placed not in counties]):
        for n, placed in enumerate(run):
            first = n * len(teams) // len(run)
            order = [*teams[first:], *teams[:first]]
            placed.team = next((team for team in order if not clashes(people[team.pk], [placed.unit])), None)
            if placed.team is None:
                raise DomainError(f"各组都有成员应当回避{placed.unit}，请先调换成员")
    CampaignUnit.objects.bulk_update(bare, ["team"])
    if bare:
        engine.note(card, actor, "units", f"{len(bare)} 个单位分到 {len(teams)} 个组", day=day)
    return len(bare)


def _few(names: Sequence[str]) -> str:
    """Name a dozen; the rest are a number."""
    return "、".join(names) if len(names) <= 21 else f"{'、'.join(names[:12])}等 {len(names)} 个单位"


def _refuse_strangers(campaign: Campaign, units: Sequence[Unit]) -> None:
    """Refuse what is no inspected unit, and a unit abolished before the campaign begins."""
    strange = [
        unit.short_name
        for unit in units
        if not unit.is_inspected or (unit.abolished_on and unit.abolished_on <= campaign.from_on)
    ]
    if strange:
        raise DomainError(
            f"{'、'.join(strange[:5])}不是被督察单位，或者在 {campaign.from_on:%Y-%m-%d} 前已撤销，请去掉后再存",
            {"units": "有单位不能列入"},
        )


def units_for(campaign: Campaign) -> QuerySet[Unit]:
    """Return the units that its form offers: those that can be inspected, and those that stand in it already."""
    placed = Unit.objects.filter(pk__in=campaign.units.order_by().values("unit_id"))
    return (inspected_on(campaign.from_on) | placed).order_by("place")


def inspected_on(day: date) -> QuerySet[Unit]:
    """Return the units that can be inspected on a day, by code."""
    return Unit.objects.inspected().in_force(day).order_by("place")
