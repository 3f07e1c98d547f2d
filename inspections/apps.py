from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = "督察"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import circuits, words
        from casework.enums import Kind
        from inspections.workflow import ANNUAL_PLAN, CAMPAIGN, FINDING

        for circuit in (ANNUAL_PLAN, CAMPAIGN, FINDING):
            circuits.register(circuit.kind, lambda case, it=circuit: it, all_circuits=(circuit,))
        words.SOURCES[Kind.FINDING] = lambda case: str(case.content.statement)
