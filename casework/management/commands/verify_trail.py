from typing import Any

from django.core.management.base import CommandError

from casework.management.chore_command import ChoreCommand
from ui.sheets import parse_day


class Command(ChoreCommand):
    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--since", help="只核对这一天以来有办理的件，如 2026-07-01")

    def options_of(self, options: dict[str, Any]) -> dict[str, Any]:
        if not options["since"]:
            return {}
        try:
            return {"since": parse_day(options["since"])}
        except ValueError as wrong:
            raise CommandError(f"--since {options['since']}：{wrong}") from wrong
