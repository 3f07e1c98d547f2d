"""The tests' own flush: lift the trail's triggers, flush, put them back.

Real settings have no such command: there flush is refused.
"""

from typing import Any

from django.core.management.commands.flush import Command as Flush

from casework.workflow import trail


class Command(Flush):
    def handle(self, **options: Any) -> None:
        trail.lift()
        try:
            super().handle(**options)
        finally:
            trail.install()
