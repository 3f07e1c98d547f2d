from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = "看板"

    def ready(self) -> None:
        from casework import engine
        from dashboards.seals import unseal

        engine.INSIDE.append(unseal)
