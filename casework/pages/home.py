"""What the first page says: the sentence, the queue in bands, what others hold, what falls due in three weeks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, QuerySet, When
from django.db.models import Case as Either

from casework import kinds, turns
from casework.deadlines.remaining import Left, held_for, left
from casework.kinds import KindSpec
from casework.models import Case, Notice
from casework.pages import bar
from casework.pages.hands import holder_words
from casework.querysets import URGENT, reading_of
from casework.workflow.circuits import StateWord, circuit_of, word_for, word_of
from casework.workflow.recusals import queue_of
from casework.workflow.turns import asked_from
from organizations.actor import Actor
from organizations.models import Post
from ui import remembered
from ui.counting import COUNT_CAP, so_many

ON_HOME = 30
OTHERS_ON_HOME = 6  # to a unit all: what others hold of its own it still does something about, from here


class Todo(NamedTuple):
    """One case in somebody's hands."""

    case: Case
    what: str
    url: str
    held: str
    due: Left
    word: StateWord
    holder: str
    from_on: date | None


class OtherPost(NamedTuple):
    """Another post of the person, and how many cases wait for him there."""

    post: Post
    n: int | str


class InHands(NamedTuple):
    """What lies in somebody's hands and is asked for now, by key: his to do, the most urgent first, and left to others.

    As far as was looked: into each, whether it is his takes the database a look, and an office of ten has some hundred.
    `n_late`: of his, those whose step is late. `is_whole`: nothing lies beyond what was looked at.
    """

    mine: list[int]
    left: list[int]
    n_late: int
    is_whole: bool


class Band(NamedTuple):
    label: str
    css: str
    todos: list[Todo]


def todo(case: Case, actor: Actor, *, barred: bool = False) -> Todo:
    """Return a line of the queue, or of what others hold: what is asked, and of whom.

    `barred`: in the actor's own hands, but he must leave it to another.
    """
    circuit = circuit_of(case)
    return Todo(
        case,
        circuit.task(case, case.holder_role),
        case.get_absolute_url(),
        held_for(case.holder_since),
        left(case.step_due_on),
        word_for(case, actor),
        holder_words(case) + ("（须由其他人员办理）" if barred else ""),
        asked_from(case),
    )


def is_held_by(case: Case, actor: Actor) -> bool:
    return (case.holder_unit_id, case.holder_role) == (actor.unit_id, actor.role)


def bands(todos: Iterable[Todo], today: date) -> list[Band]:
    """Put a queue into 本步逾期, 本周到期, 下周, 以后."""
    week_ends = today + timedelta(6 - today.weekday())
    named: list[Band] = [
        Band("本步逾期", "qy-late", []),
        Band("本周到期", "qy-soon", []),
        Band("下周", "", []),
        Band("以后", "", []),
    ]
    for item in todos:
        due = item.due.day
        n = 3 if due is None or due > week_ends + timedelta(7) else 0 if due < today else 1 if due <= week_ends else 2
        named[n].todos.append(item)
    return [band for band in named if band.todos]


def weeks(spec: KindSpec, actor: Actor, today: date) -> list[list[dict[str, Any]]]:
    """Return three weeks of weekdays with how many cases of the counted kind in scope fall due on each."""
    monday = today - timedelta(today.weekday())
    end = monday + timedelta(20)
    rows = (
        Case.objects.visible_to(actor)
        .filter(is_open=True, counted=True, due_on__range=(monday, end))
        .order_by()
        .values_list("due_on")
        .annotate(n=Count("*"))
    )
    due = dict(rows)
    return [
        [
            {
                "day": d,
                "n": due.get(d, 0),
                "is_today": d == today,
                "url": spec.listing.url(due_from=d, due_to=d, where="open"),
            }
            for d in (monday + timedelta(7 * w + i) for i in range(5))
        ]
        for w in range(3)
    ]


def totals(spec: KindSpec, actor: Actor) -> list[dict[str, Any]]:
    """Return how many of the unit's own counted cases stand in each state, in the unit's words."""
    rows = (
        Case.objects.visible_to(actor)
        .filter(counted=True, unit_id__in=actor.unit_ids)
        .order_by()
        .values_list("state")
        .annotate(n=Count("*"))
    )
    found: dict[str, dict[str, Any]] = {}
    for state, n in rows:
        word = word_of(spec.name, state, actor)
        entry = found.setdefault(word.label, {"word": word, "n": 0, "states": []})
        entry["n"] += n
        entry["states"].append(state)
    return [entry | {"url": spec.listing.url(state=entry["states"])} for entry in found.values()]


def other_posts(actor: Actor, posts: Iterable[Post]) -> list[OtherPost]:
    """Return the person's other posts in which something waits for him, the fullest first."""
    acting = [(post, Actor(post, actor.today)) for post in posts if post.pk != actor.post.pk]
    counted = [(Case.objects.awaiting(other)[: bar.MOST + 1].count(), post) for post, other in acting]
    some = sorted(((n, post) for n, post in counted if n), key=lambda one: -one[0])
    return [OtherPost(post, so_many(n, bar.MOST)) for n, post in some]


def _read(name: str, key: Hashable, make: Callable[[], QuerySet[Any]], most: int) -> list[Case]:
    """Return the first of some cards with what a line of the page says of each; the question is written once."""
    return remembered.models_of((name, most, key), lambda: _with_shown(make())[:most])


def _with_shown(rows: QuerySet[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.with_holder().select_related(*kinds.related())  # type: ignore[attr-defined]  # cards
    return found


def _in_hands(actor: Actor, key: Hashable) -> InHands:
    """Look into the first of what lies in the actor's hands, each once."""
    most = bar.MOST + 1

    def held() -> QuerySet[Any, Any]:
        rows = Case.objects.due_in_hands_of(actor).order_by(*URGENT)
        barred = Either(When(turns.held_up(actor).barred, then=True), default=False, output_field=BooleanField())
        return rows.values_list("pk", "step_due_on", "holder_since", barred)[:most]

    found = remembered.tuples_of(("in hands", most, key), held)
    mine = [(pk, due) for pk, due, _, is_barred in found if not is_barred]
    left = sorted((since, pk) for pk, _, since, is_barred in found if is_barred)
    n_late = sum(due is not None and due < actor.today for _, due in mine)
    return InHands([pk for pk, _ in mine], [pk for _, pk in left], n_late, len(found) < most)


def _acting(actor: Actor) -> QuerySet[Any]:
    return Case.objects.in_other_hands(actor).exclude(turns.not_yet(actor.today))


def _beyond(actor: Actor) -> tuple[QuerySet[Any], ...]:
    """What others hold, what of it rests, and what rests with oneself.

    What rests is counted apart, lest all others be joined.
    """
    resting = Case.objects.not_yet(actor)
    own = {"holder_unit_id": actor.unit_id, "holder_role": actor.role}
    return Case.objects.in_other_hands(actor), resting.exclude(**own), resting.filter(**own)


def _cards(actor: Actor, keys: list[int]) -> dict[int, Case]:
    return remembered.models_by_key(("queue", actor.today), lambda: _with_shown(Case.objects.all()), keys)


def _said_of_others(n: int, n_resting: int, hands: InHands) -> int | str:
    """Return how many cases wait for others: those they hold, but for what rests, and those left to them."""
    acting = n if n > COUNT_CAP else n - n_resting
    return so_many(acting + len(hands.left), COUNT_CAP, is_whole=hands.is_whole)


def read_home(actor: Actor, posts: Iterable[Post] = ()) -> dict[str, Any]:
    """Return the context of the first page; `posts` are all the person holds today."""
    key = (queue_of(actor), reading_of(actor))
    hands = _in_hands(actor, key)
    most = ON_HOME if actor.is_inspected else OTHERS_ON_HOME
    shown, left = hands.mine[:ON_HOME], hands.left[:most]
    cards = _cards(actor, [*shown, *left])
    mine = [todo(cards[pk], actor) for pk in shown]
    acting = _read("others", key, lambda: _acting(actor), most)
    later = _read("later", key, lambda: Case.objects.mine_later(actor), OTHERS_ON_HOME + 1)
    n_others, n_resting, n_own = bar.counted(
        actor, ("home, others", COUNT_CAP, key), lambda: _beyond(actor), most=COUNT_CAP + 1
    )
    counted = kinds.counted()
    return {
        "n_mine": so_many(len(hands.mine), bar.MOST, is_whole=hands.is_whole),
        "n_late": so_many(hands.n_late, bar.MOST, is_whole=hands.is_whole or hands.n_late < len(hands.mine)),
        "bands": bands(mine, actor.today),
        "is_cut": len(hands.mine) > len(mine),
        "elsewhere": other_posts(actor, posts),
        "later": [todo(case, actor) for case in later[:OTHERS_ON_HOME]],
        "later_is_cut": len(later) > OTHERS_ON_HOME,
        "others": [
            todo(case, actor, barred=is_held_by(case, actor)) for case in [*(cards[pk] for pk in left), *acting][:most]
        ],
        "n_others": _said_of_others(n_others, n_resting, hands),
        "n_resting": so_many(n_resting + n_own, COUNT_CAP),
        "counted": counted,
        "weeks": weeks(counted, actor, actor.today) if counted and actor.is_office else [],
        "totals": totals(counted, actor) if counted and actor.is_inspected else [],
        "notices": remembered.models_of(
            ("notices", actor.post.pk),
            lambda: Notice.objects.visible_to(actor).unread().select_related("case")[:6],
        ),
        "today": actor.today,
    }
