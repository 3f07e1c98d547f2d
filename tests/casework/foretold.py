"""What the form of a step says of where it leads and who is told, held against what came of it."""

from __future__ import annotations

from casework.models import Case, Event, Notice
from casework.workflow.circuits import Transition
from organizations.enums import Role

CHOSEN = "中选定的单位也会收到"  # whoever takes the step names them


def came_where_it_was_foretold(before: Case, transition: Transition, foretold: str) -> None:
    """The form of a step says in whose hands the case lies afterwards: it does, whatever the step and the circuit."""
    after = Case.objects.get(pk=before.pk)
    whose = f"在{after.holder_unit} · {Role(after.holder_role).label}手上" if after.holder_unit else ""
    assert whose in foretold, (transition.name, foretold)
    assert (foretold[:3], foretold[-1]) == ("办理后", "。"), (transition.name, foretold)
    _told_whom_it_named(after, transition, foretold)


def _told_whom_it_named(after: Case, transition: Transition, foretold: str) -> None:
    """Whoever was told of the case by the step had been named, by unit and role, or was chosen in the form."""
    taken = Event.objects.filter(case=after, name=transition.name).latest("seq")
    notices = Notice.objects.filter(case=after, at__gte=taken.at).select_related("post__unit")
    told = {(str(notice.post.unit), Role(notice.post.role).label) for notice in notices}
    named = foretold.partition("知悉：")[2]
    unnamed = {(unit, role) for unit, role in told if unit not in named or role not in named}
    assert not unnamed or CHOSEN in foretold, (transition.name, foretold, unnamed)
