"""What leaves the system is told first: a sheet, a file, a page to be printed, a matter that few may see.

`take` is the one way; this floor has no models, so who keeps the log fills `keeps` in AppConfig.ready(). A file that is
handed out without it is told by the middleware all the same (organizations.middleware.AccessLogMiddleware).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from django.http import HttpRequest, HttpResponseBase

from ui.readonly import writing_aside

What = Literal["export", "download", "opened", "printed", "refused", "un_taken", "un_not"]


class Taken(NamedTuple):
    """What is taken, without its content: which sort, which of them, how many rows of it, of whose matter.

    `is_piece`: a later piece of a file that a browser fetches piece by piece; told once.
    """

    what: What
    about: str = ""
    rows: int = 0
    unit_id: int | None = None
    is_piece: bool = False


keeps: list[Callable[[HttpRequest, Taken], int]] = []  # writes the line of the log and returns its number


def take(request: HttpRequest, taken: Taken) -> int:
    """Tell the log, before anything leaves, also from a page that only reads; return the number of its line."""
    told: Any = request
    told.taken = True
    with writing_aside():
        return next((keep(request, taken) for keep in keeps), 0)


def mark_of(number: int) -> str:
    """Return the words by which a copy leads back to the line of the log that tells of it."""
    return f"取用日志第 {number} 号" if number else ""


def untold(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Say whether a response hands out a file that nobody has told of."""
    is_file = response.status_code in (200, 206) and response.has_header("Content-Disposition")
    return is_file and not getattr(request, "taken", False)
