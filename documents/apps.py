from django.apps import AppConfig

from organizations.access import has_in_menu


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "文书"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.chore import Found
        from casework.jobs import long_works, night
        from documents.services import EXPORTS, sweep_exports
        from ui import lists, navigation
        from ui.navigation import NavItem

        lists.LATER.append("ask_export")
        long_works.register(EXPORTS)
        night.register(night.NightlyJob(80, "sweep_exports", "清理导出", lambda night: Found(sweep_exports())))
        navigation.register(NavItem("文书", "documents", has_in_menu("documents"), 35))
