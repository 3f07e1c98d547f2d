"""What the first page says: the sentence, the queue in bands, what others hold, what falls due in three weeks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Value, Window

from casework import kinds
from casework.deadlines.remaining import Left, held_for, left
from casework.kinds import KindSpec
from casework.models import Case, Notice
from casework.pages import bar
from casework.pages.hands import holder_words
from casework.querysets import reading_of
from casework.workflow.circuits import StateWord, circuit_of, word_for, word_of
from casework.workflow.recusals import queue_of
from casework.workflow.turns import asked_from
from organizations.actor import Actor
from organizations.models import Post
from ui import remembered

ON_HOME = 30
OTHERS_ON_HOME = 6


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
    n: int


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
    counted = [OtherPost(post, Case.objects.awaiting(other).order_by().count()) for post, other in acting]
    return sorted((other for other in counted if other.n), key=lambda other: -other.n)


def _read(name: str, key: Hashable, make: Callable[[], QuerySet[Any]], most: int) -> list[Case]:
    """Return the first of some cards with what a line of the page says of each; the question is written once."""
    return remembered.models_of((name, most, key), lambda: _with_shown(make())[:most])


def _with_shown(rows: QuerySet[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.with_holder().select_related(*kinds.related())  # type: ignore[attr-defined]  # cards
    return found


def _queue(actor: Actor, key: Hashable) -> tuple[list[Case], int, int]:
    """Return the first of the cards that wait for the actor; how many wait, and how many of them are late.

    Each is looked into once, and what is shown is joined to the first alone.
    """

    def waiting() -> QuerySet[Any, Any]:
        late = Count(Value(1), filter=Q(step_due_on__lt=actor.today))
        rows = Case.objects.awaiting(actor).annotate(n=Window(Count("*")), n_late=Window(late))
        return rows.values_list("pk", "n", "n_late")[:ON_HOME]

    found = remembered.tuples_of(("waiting", ON_HOME, key), waiting)
    keys = [pk for pk, *_ in found]
    cards = remembered.models_by_key(("queue", actor.today), lambda: _with_shown(Case.objects.all()), keys)
    _, n, n_late = found[0] if found else (0, 0, 0)
    return [cards[pk] for pk in keys], n, n_late


def _acting(actor: Actor) -> QuerySet[Any]:
    return Case.objects.in_other_hands(actor).exclude(kinds.not_yet(actor.today))


def _in_other_hands(actor: Actor) -> tuple[QuerySet[Any], ...]:
    """What others hold; what lies in own hands and is asked for; what rests with anybody, and of that with oneself.

    What rests is counted apart, lest all others be joined.
    """
    resting = Case.objects.not_yet(actor)
    own = resting.filter(holder_unit_id=actor.unit_id, holder_role=actor.role)
    return Case.objects.in_other_hands(actor), Case.objects.due_in_hands_of(actor), resting, own


def read_home(actor: Actor, posts: Iterable[Post] = ()) -> dict[str, Any]:
    """Return the context of the first page; `posts` are all the person holds today."""
    key = (queue_of(actor), reading_of(actor))
    queue, n_mine, n_late = _queue(actor, key)
    mine = [todo(case, actor) for case in queue]
    acting = _read("others", key, lambda: _acting(actor), OTHERS_ON_HOME)
    later = _read("later", key, lambda: Case.objects.mine_later(actor), OTHERS_ON_HOME + 1)
    n_others, n_due, n_resting, n_own = bar.counted(actor, ("home, others", key), lambda: _in_other_hands(actor))
    n_left = n_due - n_mine  # looked for only where there are any: each case is looked into
    left_alone = (
        _read("left to others", key, lambda: Case.objects.left_to_others(actor), OTHERS_ON_HOME) if n_left else []
    )
    counted = kinds.counted()
    return {
        "n_mine": n_mine,
        "n_late": n_late,
        "bands": bands(mine, actor.today),
        "is_cut": n_mine > len(mine),
        "elsewhere": other_posts(actor, posts),
        "later": [todo(case, actor) for case in later[:OTHERS_ON_HOME]],
        "later_is_cut": len(later) > OTHERS_ON_HOME,
        "others": [
            todo(case, actor, barred=is_held_by(case, actor)) for case in [*left_alone, *acting][:OTHERS_ON_HOME]
        ],
        "n_others": n_others - (n_resting - n_own) + n_left,
        "n_resting": n_resting,
        "counted": counted,
        "weeks": weeks(counted, actor, actor.today) if counted and actor.is_office else [],
        "totals": totals(counted, actor) if counted and actor.is_inspected else [],
        "notices": remembered.models_of(
            ("notices", actor.post.pk),
            lambda: Notice.objects.visible_to(actor).unread().select_related("case")[:6],
        ),
        "today": actor.today,
    }
