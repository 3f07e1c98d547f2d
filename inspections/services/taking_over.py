"""A finding that is the office's word already: of a programme that the director approved and the unit claims.

It is neither reviewed nor fed back again: its step is the system's (docs/decisions/0034).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework import kinds
from casework.enums import Secrecy
from casework.models import Case
from casework.workflow import engine, numbers
from inspections.enums import Kind
from inspections.models import Finding
from inspections.services.citing import Cited, cite
from inspections.services.editing import refuse_invalid
from organizations.actor import Actor
from organizations.models import Unit


def take_over(
    actor: Actor | None,
    within: Case,
    unit: Unit,
    *,
    title: str,
    day: date,
    citations: Sequence[Cited],
    on_card: dict[str, Any],
    content: dict[str, Any],
) -> Finding:
    """Open a finding of this unit in the state in which its rectifications are under way; return it.

    `on_card`: topic and severity; `content`: columns of the finding, with the day by which it is judged what was
    in force.

    Raises:
        DomainError: what is wrong, by field.
    """
    number = numbers.take(kinds.spec_of(Kind.FINDING).number, campaign=within.number)

    def make(card: Case) -> Finding:
        finding = Finding(case=card, is_common=True, **content)
        refuse_invalid(finding, exclude=("case",))
        finding.save(force_insert=True)
        cite(finding, citations)
        return finding

    case = engine.open_case(
        Kind.FINDING,
        actor,
        unit=unit,
        title=title,
        make=make,
        day=day,
        within=within,
        number=number,
        secrecy=Secrecy.TEAM,
        **on_card,
    )
    found: Finding = engine.perform(case, "take_over", None, day=day).content
    return found
