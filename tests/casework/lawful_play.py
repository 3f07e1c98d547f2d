"""How a lawful history (lawful.py) is played, and comes to a step that chance has never led it to.

Chance alone is not enough: the days run out before the turns do, and on the last day no publicity ends.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from casework import kinds
from casework.models import Case
from casework.workflow.circuits import Circuit, Transition, circuit_of
from tests.casework.lawful_rounds import REFUSED

DAYS = (0, 1, 1, 2, 3)  # a publicity of three working days ends within them


def play(self: Any, least: int, most: int, missing: Callable[[], list[tuple[str, str]]]) -> None:
    """Take so many turns, and, turn about, seek what was never taken, until nothing is missing; then it is today.

    `missing`: the steps never taken, by kind and name; what happens besides the steps has no kind.
    """
    for name in ("begin_rectification",) * 3 + ("begin_life",) * 5 + ("begin_clue", "begin_finding"):
        getattr(self, name)()
    turns = 0
    while turns < least or (turns < most and missing()):
        turns += 1
        if turns > least and turns % 2 and (never := [line for line in missing() if line[0]]):
            seek(self, *self.rng.choice(never))
            continue
        self.clock.go(self.rng.choice((0, 0, 0, 1, 1, 3)))
        chance = self.rng.random()
        if chance < 0.08 or not Case.objects.filter(is_open=True).exists():
            self.begin()
        elif chance < 0.18:
            name = min(self.shuffled(self.BESIDE), key=lambda one: self.done[f"tried {one}"])
            self.done[f"tried {name}"] += 1
            getattr(self, name)()
        else:
            self.step()
    self.clock.go(10_000)


def seek(self: Any, kind: str, name: str) -> None:
    """Lead the nearest case of the kind to the step, at times one that begins now; wait where it asks."""
    if next(nearer(kind, name), None) is None or self.rng.random() < 0.15:
        with contextlib.suppress(*REFUSED):
            getattr(self, self.rng.choice(self.BEGIN[kind]))()
    for days in DAYS:
        self.clock.go(days)
        while step := next((line for case, line in nearer(kind, name) if self.take(case, line)), None):
            if step.name == name:
                return
        for case, line in beside(kind, name):
            self.take(case, line)


def beside(kind: str, name: str) -> Iterator[tuple[Case, Transition]]:
    """Yield what others may do with the newest that stands before the step: an extension is asked, then granted."""
    for case in Case.objects.filter(is_open=True, kind=kind).select_related(*kinds.related()).order_by("-pk")[:20]:
        lines = circuit_of(case).by_name
        if name in lines and case.state in lines[name].sources:
            others = [line for line in lines.values() if not line.who.roles & lines[name].who.roles]
            stay = [line for line in others if case.state in line.sources and line.target in (None, case.state)]
            yield from ((case, line) for line in stay)
            return


def nearer(kind: str, name: str) -> Iterator[tuple[Case, Transition]]:
    """Yield the step itself of whoever stands before it, then what brings others of the kind nearer to it."""
    found = []
    for case in Case.objects.filter(is_open=True, kind=kind).select_related(*kinds.related()).order_by("-pk")[:20]:
        circuit = circuit_of(case)
        if name not in circuit.by_name:
            continue
        far = distances(circuit, circuit.by_name[name])
        if case.state not in far:
            continue
        if far[case.state] == 0:
            found.append((0, case, circuit.by_name[name]))
        found += [
            (far[case.state], case, t) for t in circuit.transitions
            if case.state in t.sources and t.target and far.get(t.target, 99) < far[case.state]
        ]  # fmt: skip
    yield from ((case, line) for _, case, line in sorted(found, key=lambda one: one[0]))


def distances(circuit: Circuit, line: Transition) -> dict[str, int]:
    """Return of each state how many steps it is away from the line."""
    far = dict.fromkeys(line.sources, 0)
    for n in range(len(circuit.by_name)):
        for t in circuit.transitions:
            if t.target and far.get(t.target) == n:
                far |= {state: n + 1 for state in t.sources if state not in far}
    return far
