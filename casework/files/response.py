"""Answer with the bytes of a file; whether this person may have it was asked before (`casework.views.files`).

nginx sends them where it is told to (X-Accel-Redirect, docs/deploy.md), with ranges of its own; else they are sent from
here.
"""

from __future__ import annotations

import os
import re
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from whitenoise.responders import SlicedFile

from casework.files.store import open_stored, stored_at
from casework.models import Attachment
from ui.sheets import attachment_header

SHOWN_IN_PAGE = frozenset({"application/pdf", "image/jpeg", "image/png"})


class Sent(NamedTuple):
    """Bytes of the store, and as what they are sent; a file of a case says as much of itself."""

    sha256: str
    name: str
    content_type: str


def serve(request: HttpRequest, attachment: Attachment | Sent) -> HttpResponse:
    """Answer with the bytes: as a download, or in the page where asked and harmless; a range where asked."""
    file = open_stored(attachment.sha256)
    if settings.FILES_SENT_BY_NGINX:
        file.close()
        path = stored_at(attachment.sha256).relative_to(settings.MEDIA_ROOT)
        return _dressed(
            HttpResponse(headers={"X-Accel-Redirect": f"{settings.FILES_SENT_BY_NGINX}{quote(str(path))}"}),
            request,
            attachment,
        )
    total = os.fstat(file.fileno()).st_size
    span = _span(request, total, _etag(attachment))
    if span is None:
        file.close()
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{total}"}
        )
    first, last, is_partial = span
    response: Any = FileResponse(SlicedFile(file, first, last))
    if is_partial:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = f"bytes {first}-{last}/{total}"
    response["Content-Length"], response["Accept-Ranges"] = str(last - first + 1), "bytes"
    return _dressed(response, request, attachment)


def _dressed(response: HttpResponse, request: HttpRequest, attachment: Attachment | Sent) -> HttpResponse:
    """Say what the bytes are, and that a browser may do nothing else with them."""
    is_inline = request.GET.get("show") == "1" and attachment.content_type in SHOWN_IN_PAGE
    header = attachment_header(attachment.name)
    response["Content-Type"], response["ETag"] = attachment.content_type, _etag(attachment)
    response["Content-Disposition"] = header.replace("attachment;", "inline;", 1) if is_inline else header
    if is_inline:  # beside what it proves, on a page of ours alone; its own policy keeps it in a sandbox there too
        response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"], response["X-Content-Type-Options"] = "private, no-store", "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _etag(attachment: Attachment | Sent) -> str:
    return f'"{attachment.sha256}"'


def _span(request: HttpRequest, total: int, etag: str) -> tuple[int, int, bool] | None:
    """Return first and last byte and whether a range was asked for (RFC 9110, 14).

    The whole for what is no single range, None for what is not there.
    """
    asked = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("Range", ""))
    if asked is None or not (asked[1] or asked[2]) or request.headers.get("If-Range", etag) != etag:
        return 0, total - 1, False
    first = int(asked[1]) if asked[1] else max(total - int(asked[2]), 0)
    last = min(int(asked[2]), total - 1) if asked[1] and asked[2] else total - 1
    return (first, last, True) if first <= last else None
