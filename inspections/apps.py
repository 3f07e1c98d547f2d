from functools import partial
from typing import Any

from django.apps import AppConfig

from organizations.access import has_in_menu


def _the(circuit: Any, case: Any) -> Any:
    """The one circuit of a kind without variants."""
    return circuit


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
        navigation.register(NavItem("计划", "annualplans", has_in_menu("annualplans"), 10))
        navigation.register(NavItem("督察", "campaigns", has_in_menu("campaigns"), 11, prefix="/campaigns/"))
        navigation.register(NavItem("问题", "findings", has_in_menu("findings"), 12, prefix="/findings/"))
        navigation.beginnings += [
            (lambda actor: actor.role == "office_staff", "inspections:new_campaign", "立督察批次"),
            (lambda actor: actor.is_team or actor.role == "office_staff", "inspections:new_finding", "录入问题"),
        ]
        index.SOURCES |= {
            Kind.ANNUAL_PLAN: lambda case: str(case.content.purpose),
            Kind.CAMPAIGN: lambda case: str(case.content.content),
            Kind.FINDING: lambda case: str(case.content.statement),
        }
