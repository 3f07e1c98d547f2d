from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from casework.management.chore_command import ChoreCommand


class Command(ChoreCommand):
    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--file", type=Path, help="与这份留存的日链值（邮件附件、拷出的文件）核对，默认为本机所存的"
        )

    def options_of(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path | None = options["file"]
        if path is not None and not path.is_file():
            raise CommandError(f"没有这个文件：{path}")
        return {"path": path}
