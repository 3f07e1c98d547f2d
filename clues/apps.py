from django.apps import AppConfig


class CluesConfig(AppConfig):
    name = "clues"
    verbose_name = "线索"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import kinds
        from clues.kind import KIND

        kinds.register(KIND)
