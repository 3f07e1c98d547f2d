"""What the first page of the admin says of the work: what waits for this person, what can be taken together."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, Min, Value
from django.urls import reverse
from django.utils.http import urlencode

from casework import kinds
from casework.models import Case
from casework.workflow.batches import steps_of
from casework.workflow.circuits import circuit_of, word_for
from organizations.actor import Actor

ROW = Value(1)


class Queue(NamedTuple):
    """What is asked of this person in one state: the task in words, how many, and their list."""

    task: str
    n: int
    url: str


class Work(NamedTuple):
    """One kind of case on the first page of the admin.

    `together`: the steps that can be taken on several cases at once, by their words.
    """

    name: str
    url: str
    n_open: int
    begin_url: str
    begin: str
    queues: list[Queue]
    together: list[str]


def read_work(actor: Actor) -> list[Work]:
    """Return each kind that has an admin, in the order of the bar; nothing to who sees no business content."""
    if actor.is_administrator:
        return []
    seen = Case.objects.visible_to(actor).filter(is_open=True).order_by()
    n_open = dict(seen.values_list("kind").annotate(n=Count(ROW)))
    asked = _asked(actor)
    return [
        _work(spec, actor, n_open.get(spec.name, 0), asked.get(spec.name, []))
        for spec in kinds.all_kinds()
        if spec.admin is not None
    ]


def _asked(actor: Actor) -> dict[str, list[tuple[Case, int]]]:
    """Return, by kind, one of the cases of each state that wait for this person, and how many there are."""
    waiting = Case.objects.awaiting(actor).order_by()
    counted = {row["one"]: row["n"] for row in waiting.values("kind", "state").annotate(n=Count(ROW), one=Min("pk"))}
    found: dict[str, list[tuple[Case, int]]] = {}
    for case in Case.objects.select_related(*kinds.related()).filter(pk__in=counted).order_by("kind", "state"):
        found.setdefault(case.kind, []).append((case, counted[case.pk]))
    return found


def _work(spec: kinds.KindSpec, actor: Actor, n_open: int, asked: list[tuple[Case, int]]) -> Work:
    begun = spec.beginning
    may_begin = begun is not None and begun.who(actor)
    stored = spec.stored_as._meta
    url = reverse(f"admin:{stored.app_label}_{stored.model_name}_changelist")
    return Work(
        spec.label,
        url,
        n_open,
        reverse(spec.new_url_name) if may_begin else "",
        begun.label if begun is not None else "",
        [
            Queue(
                circuit_of(case).task(case, actor.role) or word_for(case, actor).label,
                n,
                f"{url}?{urlencode({'turn': 'mine', 'state': case.state})}",
            )
            for case, n in asked
        ],
        [step.label for step in steps_of(spec.name, actor).values()] if spec.listing.batch else [],
    )
