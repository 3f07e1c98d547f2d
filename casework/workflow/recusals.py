"""Recusals as the queue asks them: what a person must leave to another is not his turn, and is not counted as such.

A recusal looks at a case and a person (`casework.workflow.circuits.Recusal`). Beside it stands the same as a condition
on cards, so that one question counts a whole queue; tests/casework/test_turns.py finds the two agreeing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery

from casework.models import Event

if TYPE_CHECKING:
    from casework.workflow.circuits import Recusal
    from organizations.actor import Actor

Condition = Callable[["Actor"], Q]
BARRED: dict[object, Condition] = {}  # the recusals that leave a case to somebody else: cards of which they hold


def bars(condition: Condition) -> Callable[[Recusal], Recusal]:
    """Say of which cards a recusal holds."""

    def noted(recusal: Recusal) -> Recusal:
        BARRED[recusal] = condition
        return recusal

    return noted


def opened_by(card: str = "pk") -> Condition:
    """Cards whose first event is the person's; `card` leads from the card to the one whose trail is asked."""
    return lambda actor: Q(
        Exists(Event.objects.filter(case=OuterRef(card), seq=1, post__user_id=actor.user_id).order_by())
    )


def ever_did(name: str) -> Condition:
    """Cards on which the person ever took this step."""
    return lambda actor: Q(
        Exists(Event.objects.filter(case=OuterRef("pk"), name=name, post__user_id=actor.user_id).order_by())
    )


def last_did(name: str, card: str = "pk") -> Condition:
    """Cards on which it was the person who took this step last; `card` as for `opened_by`."""
    newest = Event.objects.filter(case=OuterRef(OuterRef(card)), name=name).order_by("-seq").values("pk")[:1]
    return lambda actor: Q(Exists(Event.objects.filter(pk=Subquery(newest), post__user_id=actor.user_id).order_by()))


def from_the_unit(actor: Actor) -> Q:
    """Cards of a unit in which the person holds a post or is employed."""
    return Q(unit_id__in=actor.units_of_posts) | Q(unit_id=actor.post.user.home_unit_id)
