"""Who may, and the line in the log: the first and the last thing of every service."""

from __future__ import annotations

from collections.abc import Collection

from organizations.actor import Actor
from organizations.enums import AccountAct, Role
from organizations.models import AccountEvent, Unit, User
from ui.errors import DomainError


def refuse_all_but(actor: Actor | None, roles: Collection[Role], what: str) -> None:
    """Refuse unless the actor holds one of the roles. `None` is the installation itself (first set-up, demonstration).

    Raises:
        DomainError: it is somebody else's task; the sentence says whose.
    """
    if actor is not None and actor.role not in roles:
        whose = "、".join(role.label for role in Role if role in roles)
        raise DomainError(f"{what}由{whose}办理，您现在的岗位是{actor.role.label}")


def log_act(
    actor: Actor | None, what: AccountAct, *, user: User | None = None, unit: Unit | None = None, detail: str = ""
) -> AccountEvent:
    """Write one line of the log."""
    return AccountEvent.objects.create(
        post=actor.post if actor else None, what=what, user=user, unit=unit, detail=detail[:300]
    )
