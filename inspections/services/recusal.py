"""回避: who may not inspect what (本人所在单位、近三年任职、近亲属任职; docs/domain/regions.md 3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from inspections.models import Campaign, Team, TeamMember
from organizations.models import Unit
from ui.errors import DomainError


def line_of(unit: Unit | None) -> set[int]:
    """Return the unit, those above it and those it was merged into: whoever works there is recused from all of them."""
    found: set[int] = set()
    waiting = [unit] if unit else []
    while waiting:
        now = waiting.pop()
        if now.pk not in found:
            found.add(now.pk)
            waiting += [other for other in (now.parent, now.successor) if other is not None]
    return found


def recused_units(member: TeamMember) -> dict[int, str]:
    """Return the ids of the units a member may not inspect, each with the reason."""
    person = member.post.user
    found = dict.fromkeys(line_of(person.home_unit), f"人事关系在{person.home_unit}") | dict.fromkeys(
        line_of(member.from_unit), f"来自{member.from_unit}"
    )
    return found | {recusal.unit_id: recusal.reason for recusal in member.recusals.all()}


def clashes(members: Iterable[TeamMember], units: Iterable[Unit]) -> list[tuple[TeamMember, Unit, str]]:
    """Return every member with a unit he must be recused from, and why."""
    chosen = list(units)
    found = []
    for member in members:
        barred = recused_units(member)
        found += [(member, unit, barred[unit.pk]) for unit in chosen if unit.pk in barred]
    return found


def members_of(team: Team, on: date | None = None) -> list[TeamMember]:
    """Return the members (who sit on that day, or all), with everything recusal looks at."""
    rows = team.members.select_related(
        "post__user__home_unit__parent", "post__user__home_unit__successor", "from_unit__parent", "from_unit__successor"
    )
    if on is not None:
        rows = rows.sitting(on)
    return list(rows.prefetch_related("recusals"))


def members_of_campaign(campaign: Campaign) -> list[TeamMember]:
    """Return everybody who sits or sat in a team of the campaign, leaders first, with their recusals."""
    order = {duty: n for n, duty in enumerate(("leader", "deputy", "liaison", "member", "expert"))}
    rows = TeamMember.objects.filter(team__campaign=campaign).with_person().prefetch_related("recusals__unit")
    return sorted(rows, key=lambda member: (order[member.duty], member.pk))


def refuse_recused(team: Team, units: Iterable[Unit], members: Iterable[TeamMember] | None = None) -> None:
    """Refuse units that a member of the team may not inspect.

    Raises:
        DomainError: who, which unit, why, and the two ways out.
    """
    found = clashes(members if members is not None else members_of(team), units)
    if found:
        said = "；".join(f"{member.post.user}应当回避{unit}（{why}）" for member, unit, why in found[:4])
        raise DomainError(
            f"{said}。请把单位分到别的组，或者调换成员。", {"units": "有成员应当回避", "members": "有成员应当回避"}
        )
