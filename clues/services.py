"""Register a clue."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from casework import kinds
from casework.enums import Secrecy, Severity
from casework.models import Case, Topic
from casework.workflow import engine, numbers
from clues.enums import CLUE
from clues.models import Clue
from inspections.models import Campaign
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import Unit
from ui.errors import DomainError


@transaction.atomic
def register_clue(
    actor: Actor,
    *,
    campaign: Campaign,
    unit: Unit,
    title: str,
    content: str,
    source: str,
    topic: Topic | None = None,
    severity: int = Severity.ORDINARY,
    day: date | None = None,
) -> Clue:
    """Register a clue for a unit to handle, numbered XS-<year>-<4 digits>; the unit sees it once it is transferred.

    Raises:
        DomainError: not the office's act, or the campaign has ended.
    """
    if actor.role != Role.OFFICE_STAFF:
        raise DomainError("线索由法治督察科登记")
    if not campaign.case.is_open:
        raise DomainError("该批次已结束，请选别的批次", {"campaign": "已结束"})
    on = day or timezone.localdate()
    # the number is taken first: its lock makes a doubled submit wait for the first one
    number = numbers.take(kinds.spec_of(CLUE).number, year=on.year)
    twin = (
        Case.objects.of_kind(CLUE)
        .filter(within=campaign.case, unit=unit, title=title, clue__content=content, is_open=True)
        .first()
    )
    if twin is not None:
        raise DomainError(f"{unit} 已登记过同样的线索（{twin.number}），没有重复保存", {"content": "与已登记的相同"})
    case = engine.open_case(
        CLUE,
        actor,
        unit=unit,
        title=title,
        within=campaign.case,
        topic=topic,
        severity=severity,
        number=number,
        secrecy=Secrecy.TEAM,
        make=lambda card: Clue.objects.create(case=card, source=source, content=content),
        day=day,
    )
    clue: Clue = case.content
    return clue
