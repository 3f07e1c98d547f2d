from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = "看板"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import chore
        from casework.jobs import night
        from casework.workflow.inside import put_inside
        from dashboards.board.page import unit_sections
        from dashboards.board.range import may_read
        from dashboards.cube.seals import unseal
        from dashboards.declared.registry import figures
        from dashboards.jobs import chores, nightly
        from organizations import pages
        from ui import navigation
        from ui.navigation import NavItem

        pages.UNIT_SECTIONS.append(unit_sections)
        put_inside("drop_seals", unseal)
        chore.register(*chores.CHORES)
        night.register(*nightly.JOBS)
        figures()  # found at start: a figure named twice stops here
        navigation.register(NavItem("看板", "dashboard", may_read, 50))
