"""Who opens the pages of this floor: claims about the actor."""

from __future__ import annotations

from organizations.enums import Role

BUSINESS = lambda actor: not actor.is_administrator
OFFICE = lambda actor: actor.is_office
STAFF = lambda actor: actor.role == Role.OFFICE_STAFF
AUTHORS = lambda actor: actor.is_team or actor.role == Role.OFFICE_STAFF
