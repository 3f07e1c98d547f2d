from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = "看板"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import engine
        from dashboards.seals import unseal
        from organizations.enums import Role
        from ui import navigation
        from ui.navigation import NavItem

        engine.INSIDE.append(unseal)
        navigation.register(NavItem("看板", "dashboard", lambda actor: actor.is_office or actor.is_inspected or actor.role == Role.CITY_LEADER, 70))
        navigation.landings.append((lambda actor: actor.role == Role.CITY_LEADER, "dashboard"))
