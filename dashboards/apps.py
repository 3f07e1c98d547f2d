from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = "看板"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.jobs import chore, night
        from casework.workflow.inside import put_inside
        from dashboards import chores, jobs
        from dashboards.board import may_read
        from dashboards.figure import figures
        from dashboards.seals import unseal
        from ui import navigation
        from ui.navigation import NavItem

        put_inside("drop_seals", unseal)
        chore.register(*chores.CHORES)
        night.register(*jobs.JOBS)
        figures()  # found at start: a figure named twice stops here
        navigation.register(NavItem("看板", "dashboard", may_read, 50))
