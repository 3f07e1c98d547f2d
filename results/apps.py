from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "results"
    verbose_name = "成果运用"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from results.views.scheme import may_read
        from ui import navigation
        from ui.navigation import NavItem

        navigation.register(NavItem("成果运用", "results", may_read, 60))
