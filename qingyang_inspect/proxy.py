"""Behind nginx every request comes from nginx: who really asks stands in the header that nginx adds."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def real_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Put the asker's address where everybody reads it (lockout, log, watermark).

    Only for BEHIND_PROXY=1: else anybody could forge it.

    The last entry of X-Forwarded-For is the one our own nginx wrote; those before it came with the request.
    """

    def run(request: HttpRequest) -> HttpResponse:
        if forwarded := request.META.get("HTTP_X_FORWARDED_FOR", ""):
            request.META["REMOTE_ADDR"] = forwarded.rsplit(",", 1)[-1].strip()
        return get_response(request)

    return run
