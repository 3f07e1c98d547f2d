"""What the engine answers when it does not act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.errors import DomainError

if TYPE_CHECKING:
    from casework.models import Case, Event


class RefusedError(DomainError):
    """The step is not possible now; `reasons` are sentences the reader can act on."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("还不能办：" + ";".join(reasons), reasons=reasons)


class NotPermittedError(DomainError):
    """This person may not take this step in this case."""


class OverError(NotPermittedError):
    """What this page is for is over, or not yet: it was done, or the case has gone on. The case is where to look."""

    def __init__(self, message: str, case: Case) -> None:
        super().__init__(message)
        self.link = (case.get_absolute_url(), "看本件现在的样子")


class ConflictError(DomainError):
    """Somebody else acted first: `events` happened since the page was opened."""

    def __init__(self, case: Case, events: Sequence[Event]) -> None:
        self.case, self.events = case, list(events)
        super().__init__("本件已由他人办理，请看清变化后再办")
