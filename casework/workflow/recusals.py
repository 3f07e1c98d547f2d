"""Recusals as the queue asks them: what a person must leave to another is not his turn, and is not counted as such.

A recusal looks at a case and a person (`casework.workflow.circuits.Recusal`). Beside it stands the same as a condition
on cards, so that one question counts a whole queue; tests/casework/test_turns.py finds the two agreeing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import BooleanField, F, Func, Q

from casework import kinds

if TYPE_CHECKING:
    from casework.workflow.circuits import Recusal
    from organizations.actor import Actor


class Person(NamedTuple):
    """All that a condition may know of whoever asks: the text of a question about his queue is kept under it."""

    user_id: int
    units_of_posts: frozenset[int]
    home_unit_id: int | None


Condition = Callable[["Actor"], Q]
BARRED: dict[object, Condition] = {}  # the recusals that leave a case to somebody else: cards of which they hold


def person_of(actor: Actor) -> Person:
    return Person(actor.user_id, actor.units_of_posts, actor.post.user.home_unit_id)


def queue_of(actor: Actor) -> Hashable:
    """Return all that the text of a question about the cards in the actor's hands depends on."""
    names = tuple(spec.name for spec in kinds.all_kinds())
    return (actor.post.pk, actor.unit_id, actor.role, actor.today, person_of(actor), names)


def bars(condition: Callable[[Person], Q]) -> Callable[[Recusal], Recusal]:
    """Say of which cards a recusal holds."""

    def noted(recusal: Recusal) -> Recusal:
        BARRED[recusal] = lambda actor: condition(person_of(actor))
        return recusal

    return noted


class Did(Func):
    """Whether it was this person who took a step of a case.

    Written as text once: the bar of every page asks ten of them, and each cost the ORM a millisecond to compile.
    """

    conditional = True
    output_field = BooleanField()
    # nobody is 0: of a comparison with nothing, the queue's "not" would leave the card out as well
    LAST = "coalesce((select p.user_id from {took} order by e.seq desc limit 1), 0) = %s"
    EVER = "exists (select 1 from {took} and p.user_id = %s)"
    TOOK = "casework_event e join organizations_post p on p.id = e.post_id where e.case_id = {card} and e.{column} = %s"

    def __init__(self, card: str, how: str, column: str, value: Any, user_id: int) -> None:
        super().__init__(F(card))
        self.how, self.column, self.asked = how, column, (value, user_id)

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Any:  # type: ignore[override]
        card, params = compiler.compile(self.get_source_expressions()[0])
        took = self.TOOK.format(card=card, column=self.column)
        return self.how.format(took=took), [*params, *self.asked]


def opened_by(card: str = "pk") -> Callable[[Person], Q]:
    """Cards whose first event is the person's; `card` leads from the card to the one whose trail is asked."""
    return lambda person: Q(Did(card, Did.LAST, "seq", 1, person.user_id))


def ever_did(name: str) -> Callable[[Person], Q]:
    """Cards on which the person ever took this step."""
    return lambda person: Q(Did("pk", Did.EVER, "name", name, person.user_id))


def last_did(name: str, card: str = "pk") -> Callable[[Person], Q]:
    """Cards on which it was the person who took this step last; `card` as for `opened_by`."""
    return lambda person: Q(Did(card, Did.LAST, "name", name, person.user_id))


def from_the_unit(person: Person) -> Q:
    """Cards of a unit in which the person holds a post or is employed."""
    return Q(unit_id__in=person.units_of_posts) | Q(unit_id=person.home_unit_id)
