"""登录日志: what django-axes is here for: a line for every sign-in and sign-out, and for every failure.

Who guesses is made to wait by `guesses` (decision 0025); axes' own counters, which nobody would read, are not written.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessFailureLog


class SignInLog(AxesDatabaseHandler):
    """The handler of axes (settings.AXES_HANDLER)."""

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any) -> None:
        if request is None:
            return
        AccessFailureLog.objects.create(
            username=get_client_username(request, credentials),
            ip_address=request.axes_ip_address,
            user_agent=request.axes_user_agent,
            http_accept=request.axes_http_accept,
            path_info=request.axes_path_info,
            attempt_time=request.axes_attempt_time,
            locked_out=False,
        )
