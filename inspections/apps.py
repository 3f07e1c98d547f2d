from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = "督察"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import circuits, words
        from casework.enums import Kind
        from inspections.workflow import ANNUAL_PLAN, CAMPAIGN, FINDING
        from organizations.enums import Role
        from ui import navigation
        from ui.navigation import NavItem

        for circuit in (ANNUAL_PLAN, CAMPAIGN, FINDING):
            circuits.register(circuit.kind, lambda case, it=circuit: it, all_circuits=(circuit,))
        sees_work = lambda actor: actor.is_office or actor.is_team or actor.role in {Role.GROUP_MEMBER, Role.EXPERT}
        navigation.register(NavItem("计划", "annualplans", lambda actor: actor.is_office, 10))
        navigation.register(NavItem("督察", "campaigns", sees_work, 11, prefix="/campaigns/"))
        navigation.register(NavItem("问题", "findings", sees_work, 12, prefix="/findings/"))
        words.SOURCES[Kind.FINDING] = lambda case: str(case.content.statement)
