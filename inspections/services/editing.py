"""The rows that hang on a card: items, units, citations.

Lock the card, look again, change them; the caller writes the event.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from casework.errors import ConflictError, NotPermittedError
from casework.models import Case
from casework.workflow import circuits
from casework.workflow.engine import events_after
from organizations.actor import Actor
from ui.errors import DomainError


def lock_to_edit(part: str, case_id: int, actor: Actor | None, seen: int | None) -> Case:
    """Lock a card within the actor's scope and return it, if this part of it may be changed now by this person.

    Args:
        part: a name among the circuit's editable fields, such as "items".
        actor: None only for the demonstration and for tests.

    Raises:
        ConflictError: somebody acted since the page was shown.
        NotPermittedError: not in scope, or this part may not be changed in this state by this person.
    """
    rows = Case.objects.select_for_update(of=("self",))
    card = (rows.visible_to(actor) if actor else rows).filter(pk=case_id).first()
    if card is None:
        raise NotPermittedError("没有这一件，或不在您的职责范围内")
    if seen is not None and seen != card.last_seq:
        raise ConflictError(card, events_after(card, seen))
    if actor is not None and part not in circuits.circuit_of(card).editable(card, actor):
        raise NotPermittedError(f"“{circuits.circuit_of(card).word(card.state).label}”时这里不能由您修改，请刷新后再看")
    return card


def refuse_invalid(row: models.Model, *, exclude: tuple[str, ...] = ()) -> None:
    """Hold a row against its fields and constraints.

    Raises:
        DomainError: the sentences, and by field.
    """
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as wrong:
        found: dict[str, Any] = wrong.message_dict
        by_field = {name: "；".join(said) for name, said in found.items() if name != NON_FIELD_ERRORS}
        raise DomainError("；".join(sentence for said in found.values() for sentence in said), by_field) from wrong
