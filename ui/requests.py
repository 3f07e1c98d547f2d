"""What the pages of this floor are given: a request made by somebody; who he is, the floor above says."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest


class AskedRequest(HttpRequest):
    """A request on which the floor above has put `actor`: who asks, as its querysets and columns take him.

    `token_is_used`: another took the token of the form meanwhile (ui.sending).
    """

    actor: Any
    token_is_used: bool


def asker(request: HttpRequest) -> Any:
    """Return who asks, where a page serves the requests of any floor."""
    return cast(AskedRequest, request).actor
