from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "rectification"
    verbose_name = "整改"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import kinds
        from casework.workflow.inside import put_inside
        from rectification.kind import KIND
        from rectification.workflow.effects import correct_rectifications, open_rectifications

        kinds.register(KIND)
        put_inside("open_rectifications", open_rectifications)
        put_inside("correct_rectifications", correct_rectifications)
