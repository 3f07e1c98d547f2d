from functools import partial
from typing import Any

from django.apps import AppConfig


def _the(circuit: Any, case: Any) -> Any:
    """The one circuit of a kind without variants."""
    return circuit


def _sees_work(actor: Any) -> bool:
    return actor.is_office or actor.is_team or actor.role in {"group_member", "expert"}


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = "督察"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.enums import Kind
        from casework.search import index
        from casework.workflow import circuits
        from inspections.workflow import ANNUAL_PLAN, CAMPAIGN, FINDING
        from ui import navigation
        from ui.navigation import NavItem

        for circuit in (ANNUAL_PLAN, CAMPAIGN, FINDING):
            circuits.register(circuit.kind, partial(_the, circuit), all_circuits=(circuit,))
        navigation.register(NavItem("计划", "annualplans", lambda actor: actor.is_office, 10))
        navigation.register(NavItem("督察", "campaigns", _sees_work, 11, prefix="/campaigns/"))
        navigation.register(NavItem("问题", "findings", _sees_work, 12, prefix="/findings/"))
        navigation.beginnings += [
            (lambda actor: actor.role == "office_staff", "inspections:new_campaign", "立督察批次"),
            (lambda actor: actor.is_team or actor.role == "office_staff", "inspections:new_finding", "录入问题"),
        ]
        index.SOURCES |= {
            Kind.ANNUAL_PLAN: lambda case: str(case.content.purpose),
            Kind.CAMPAIGN: lambda case: str(case.content.content),
            Kind.FINDING: lambda case: str(case.content.statement),
        }
