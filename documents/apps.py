from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "文书"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.jobs import nightly
        from documents.ledger import ledgers
        from documents.services import sweep_exports
        from documents.views.ledgers import business
        from documents.worker import missing_worker
        from ui import navigation
        from ui.navigation import NavItem

        ledgers()  # found at start: a ledger named twice stops here
        nightly.JOBS.append(("清理导出", sweep_exports))
        navigation.alerts.append(missing_worker)
        navigation.register(NavItem("文书", "documents", business, 35))
