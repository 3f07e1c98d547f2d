"""One table for every case of a kind.

Lines and states say `when` they are there, and the facts of a case choose its circuit.

A step that a campaign switches off gives a different circuit object, not an if. A further fact adds a word to the lines
it bears on, and never a second table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

from casework.workflow.circuits import ALWAYS, Circuit, Transition, When

Facts = frozenset[str]


@dataclass(frozen=True)
class Table:
    """The whole table of a kind whose cases do not all have the same steps.

    Attributes:
        whole: all lines, all states of the road, and where most cases begin.
        facts: what bears on the steps of a case: name -> what the office calls it.
        states_when: states that not every case has. A line from such a state goes with it; a line that leads to it
            names where it leads else.
        starts_when: where some cases begin instead.
    """

    whole: Circuit
    facts: Mapping[str, str]
    states_when: Mapping[str, When] = field(default_factory=dict)
    starts_when: Mapping[str, When] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = {t.name: t.when for t in self.whole.transitions}
        for name, when in (lines | {**self.states_when} | {**self.starts_when}).items():
            if not when.facts <= set(self.facts):
                raise ValueError(f"{name}: nobody says {sorted(when.facts - set(self.facts))} of a case")
        object.__setattr__(self, "states_when", {str(state): when for state, when in self.states_when.items()})
        object.__setattr__(self, "_circuits", {facts: self._made(facts) for facts in self.every_combination()})

    def every_combination(self) -> list[Facts]:
        """Return every set of facts that a case can have."""
        names = sorted(self.facts)
        return [frozenset(chosen) for n in range(len(names) + 1) for chosen in combinations(names, n)]

    def circuit(self, facts: Facts) -> Circuit:
        """Return the circuit of the cases of which just these facts hold; always the same object."""
        found: Circuit = self._circuits[facts]  # type: ignore[attr-defined]  # made at start, the class is frozen
        return found

    @cached_property
    def every_circuit(self) -> tuple[Circuit, ...]:
        """The circuit of every combination of facts: tests, diagrams, batches and admin look at these."""
        return tuple(self.circuit(facts) for facts in self.every_combination())

    def _made(self, facts: Facts) -> Circuit:
        lacking = {state for state, when in self.states_when.items() if not when(facts)}
        lines = tuple(line for t in self.whole.transitions if (line := _line(t, facts, lacking)) is not None)
        start = next((str(state) for state, when in self.starts_when.items() if when(facts)), self.whole.start)
        roads = tuple(state for state in self.whole.roads if state not in lacking)
        said = {name: label for name, label in self.facts.items() if name in facts}
        return replace(self.whole, transitions=lines, start=start, roads=roads, facts=said)


def _line(t: Transition, facts: Facts, lacking: set[str]) -> Transition | None:
    """Return a line as a case with these facts has it; None when it has not.

    Raises:
        ValueError: it leads to a state that such a case has not.
    """
    sources = t.sources - lacking
    if not t.when(facts) or not sources:
        return None
    ways = [state for state in (t.target, *t.else_to) if state not in lacking]
    if not ways:
        raise ValueError(f"{t.name} leads nowhere when {sorted(facts)} hold")
    return replace(t, sources=sources, target=ways[0], else_to=(), when=ALWAYS)
