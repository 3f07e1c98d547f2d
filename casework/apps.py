from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _install_triggers(**_: Any) -> None:
    from casework import trail

    trail.install()


class CaseworkConfig(AppConfig):
    name = "casework"
    verbose_name = "办理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The one signal in the house: SQLite's table rebuild drops triggers silently, so they are put up after every migrate (data.md D).
        post_migrate.connect(_install_triggers, sender=self)
