from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "results"
    verbose_name = "成果运用"
    default_auto_field = "django.db.models.BigAutoField"
