"""What every form of this floor does with a refusal: said beside the field, or as the page that says who was first; what was typed stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from casework.errors import ConflictError
from casework.views.steps import conflict_page
from inspections.forms.fields import put_beside, typed
from organizations.enums import Role
from organizations.requests import ActorRequest
from ui.errors import DomainError

BUSINESS = lambda actor: not actor.is_administrator
OFFICE = lambda actor: actor.is_office
STAFF = lambda actor: actor.role == Role.OFFICE_STAFF
AUTHORS = lambda actor: actor.is_team or actor.role == Role.OFFICE_STAFF


def done(request: ActorRequest, form: Any, act: Callable[[], Any]) -> Any:
    """Do it in a transaction of its own; return what came of it, None when a rule refused (the form says so), a page when somebody was first."""
    try:
        with transaction.atomic():
            return act()
    except ConflictError as conflict:
        return conflict_page(request, conflict, typed(form))
    except DomainError as refused:
        put_beside(form, refused)
        return None


def sent(request: ActorRequest) -> Any:
    """Return what was posted, also when it is nothing at all; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def form_status(request: ActorRequest) -> int:
    """A form that comes back was refused."""
    return 422 if request.method == "POST" else 200
