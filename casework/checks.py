"""System checks: the trail's triggers are there, and so is all that must happen inside a step.

Run by `manage.py check --database default`.
"""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection


@register(Tags.database)
def trail_is_protected(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Refuse to pass when the trail's triggers are missing although its table is there."""
    from casework.workflow import trail

    if not databases or trail.TABLE not in connection.introspection.table_names() or trail.are_installed():
        return []
    return [Error("办理经过的触发器不全，经过可能被改动", hint="运行 manage.py migrate 重新装上", id="casework.E001")]


@register()
def every_step_is_whole(**_: Any) -> list[CheckMessage]:
    """Refuse to start when something that the settings want inside every step was put there by nobody."""
    from casework.workflow import inside

    return [
        Error(f"每一步须同时办理的“{name}”没有装上", hint="核对 settings.INSIDE_EVERY_STEP", id="casework.E002")
        for name in inside.missing()
    ]
