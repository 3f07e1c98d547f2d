from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "qingyang_inspect"
    verbose_name = "庆阳法治督察"
