from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = "督察"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import kinds
        from inspections.kinds import KINDS
        from inspections.views.claims import reads_laws
        from ui import navigation

        for spec in KINDS:
            kinds.register(spec)
        navigation.register(
            navigation.NavItem(
                "督察依据", "inspections:laws", reads_laws, order=95, prefix="/laws/", aside=lambda actor: True
            )
        )
