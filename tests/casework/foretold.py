"""What the form of a step says of where it leads, held against what came of it."""

from __future__ import annotations

from casework.models import Case
from casework.workflow.circuits import Transition
from organizations.enums import Role


def came_where_it_was_foretold(before: Case, transition: Transition, foretold: str) -> None:
    """The form of a step says in whose hands the case lies afterwards: it does, whatever the step and the circuit."""
    after = Case.objects.get(pk=before.pk)
    whose = f"在{after.holder_unit} · {Role(after.holder_role).label}手上" if after.holder_unit else ""
    assert whose in foretold if foretold else after.state == before.state, (transition.name, foretold)
