"""Who may open a page of this app: claims about the actor (docs/domain/compliance.md 6.1)."""

from __future__ import annotations

from organizations.actor import Actor
from organizations.enums import INSPECTED, Role


def is_office(actor: Actor) -> bool:
    return actor.is_office


def is_office_staff(actor: Actor) -> bool:
    """经办: drafts plans and campaigns."""
    return actor.role == Role.OFFICE_STAFF


def writes_findings(actor: Actor) -> bool:
    return actor.is_team or is_office_staff(actor)


def sees_findings(actor: Actor) -> bool:
    """Everybody who works on cases but the inspected units: theirs is the rectification."""
    return actor.standing.reads_cases and actor.role not in INSPECTED


def reads_laws(actor: Actor) -> bool:
    """Everybody but the administrators: laws are open."""
    return not actor.is_administrator
