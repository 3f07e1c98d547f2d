from django.apps import AppConfig


class CluesConfig(AppConfig):
    name = "clues"
    verbose_name = "线索"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import circuits
        from clues.workflow import CLUE

        circuits.register(CLUE.kind, lambda case: CLUE, all_circuits=(CLUE,))
