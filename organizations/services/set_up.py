"""设置: what is set on the server changes without the application; the night notices it and tells the log.

Nobody's post stands beside it: who may change the server's environment has none. What was last told is read from the
log itself, which is only ever added to; what was never told is the default.
"""

from __future__ import annotations

from django.conf import settings

from organizations.enums import AccountAct
from organizations.models import AccountEvent
from organizations.services.account_log import log_act

ARROW = " → "


def note_changes() -> list[str]:
    """Write a line for each setting that is another than the log has it; return the lines."""
    told = AccountEvent.objects.filter(what=AccountAct.SETTING_CHANGED).order_by("pk").values_list("detail", flat=True)
    known = {line.partition("：")[0]: line.rpartition(ARROW)[2] for line in told}
    changed = [
        f"{name}：{known.get(name, default)}{ARROW}{value}"
        for name, (default, value) in sorted(settings.SET.items())
        if known.get(name, default) != value
    ]
    for line in changed:
        log_act(None, AccountAct.SETTING_CHANGED, detail=line)
    return changed
