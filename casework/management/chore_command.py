"""The terminal's side of a chore: a bar while it works, a line a fault, a nonzero exit when there is any."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from casework.chore import Chore, chore


class ChoreCommand(BaseCommand):
    """A command that does the chore of its own name; subclasses add options and turn them into the chore's."""

    @property
    def chore(self) -> Chore:
        return chore(type(self).__module__.rpartition(".")[2])

    @property
    def help(self) -> str:  # type: ignore[override]  # Django reads an attribute
        return f"{self.chore.title}：{self.chore.purpose}可随时中断。"

    def options_of(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what the chore is run with."""
        return {}

    def handle(self, *args: Any, **options: Any) -> None:
        given = self.options_of(options)
        with tqdm(desc=self.chore.title, unit=self.chore.unit, disable=None) as bar:

            def progress(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            found = self.chore.run(progress, **given)
        for sentence in found.wrong:
            self.stdout.write(sentence)
        if found.wrong:
            raise CommandError(f"{found.said}。{found.mend}")
        self.stdout.write(found.said)


class RebuildCommand(ChoreCommand):
    """A chore that writes over what is there: not while a difference is unexplained."""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--explained",
            default="",
            metavar="原因",
            help="有不符、已经查清的，写明原因才重建；原因和被覆盖的内容一起留存",
        )

    def options_of(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"explained": options["explained"].strip()}
