from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "qingyang_inspect"
    verbose_name = "庆阳法治督察"

    def ready(self) -> None:
        from organizations.records import facts
        from qingyang_inspect.covered import RECORDED

        facts.register(*RECORDED)
