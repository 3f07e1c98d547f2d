"""In whose hands a case of the office or of a team lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.workflow.circuits import Holder
from organizations.enums import Role, UnitCategory
from organizations.models import Unit
from ui.errors import DomainError

if TYPE_CHECKING:
    from casework.models import Case


def office_id() -> int | None:
    """Return the id of 市委依法治市办, or None before the reference data is loaded."""
    return Unit.objects.filter(category=UnitCategory.OFFICE).order_by("pk").values_list("pk", flat=True).first()


def the_office() -> Unit:
    """Return 市委依法治市办, the unit of every plan and campaign.

    Raises:
        DomainError: the reference data has not been loaded.
    """
    unit = Unit.objects.filter(category=UnitCategory.OFFICE).order_by("pk").first()
    if unit is None:
        raise DomainError("还没有建立“市委依法治市办”，请系统管理员先装载基础数据（manage.py load_reference）")
    return unit


def office(role: Role) -> Holder:
    return lambda case: (office_id(), role)


def team(role: Role) -> Holder:
    """The finding's team, or the office where it was logged without one."""

    def holder(case: Case) -> tuple[int | None, Role | str]:
        team_id = case.content.team_id
        return (team_id, role) if team_id else (office_id(), Role.OFFICE_STAFF)

    return holder
