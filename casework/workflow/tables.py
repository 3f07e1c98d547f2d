"""One table for every case of a kind.

Lines and states say `when` they are there, and the facts of a case choose its circuit.

A step that a campaign switches off gives a different circuit object, not an if. A further fact adds a word to the lines
it bears on, and neither a second table nor a circuit: one is made when the first case with such facts asks for it, and
what is checked at start is checked line by line and state by state, over the facts that these name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from casework.workflow.circuits import ALWAYS, Circuit, Transition, When
from organizations.enums import Role

Facts = frozenset[str]
Serves = Callable[[Transition], bool]


@dataclass(frozen=True)
class Table:
    """The whole table of a kind, and the circuits of its cases where not all have the same steps.

    Attributes:
        whole: all lines, all states of the road, and where most cases begin.
        facts: what bears on the steps of a case: name -> what the office calls it.
        states_when: states that not every case has. A line from such a state goes with it; a line that leads to it
            names where it leads else.
        starts_when: where some cases begin instead.
    """

    whole: Circuit
    facts: Mapping[str, str] = field(default_factory=dict)
    states_when: Mapping[str, When] = field(default_factory=dict)
    starts_when: Mapping[str, When] = field(default_factory=dict)
    made: dict[Facts, Circuit] = field(init=False, repr=False, compare=False, default_factory=dict)  # asked for so far

    def __post_init__(self) -> None:
        object.__setattr__(self, "states_when", {str(state): when for state, when in self.states_when.items()})
        object.__setattr__(self, "starts_when", {str(state): when for state, when in self.starts_when.items()})
        for fault in self._faults():
            raise ValueError(f"{self.whole.kind}: {fault}")

    def circuit(self, facts: Facts) -> Circuit:
        """Return the circuit of the cases of which just these facts hold; always the same object."""
        if facts not in self.made:
            self.made.setdefault(facts, self._made(facts))
        return self.made[facts]

    def bearing_on(self, *lines: Transition) -> Facts:
        """Return the facts on which it depends whether these lines are there, and where they lead."""
        states = {state for t in lines for state in (*t.sources, *_ways(t))}
        whens = [*(t.when for t in lines), *(when for state, when in self.states_when.items() if state in states)]
        return Facts().union(*(when.facts for when in whens))

    def _made(self, facts: Facts) -> Circuit:
        lines = tuple(line for t in self.whole.transitions if (line := self._line(t, facts)) is not None)
        start = next((state for state, when in self.starts_when.items() if when(facts)), self.whole.start)
        roads = tuple(state for state in self.whole.roads if self._has(state, facts))
        said = {name: self.facts[name] for name in sorted(facts)}
        return replace(self.whole, transitions=lines, start=start, roads=roads, facts=said)

    def _has(self, state: str, facts: Facts) -> bool:
        return self.states_when.get(state, ALWAYS)(facts)

    def _line(self, t: Transition, facts: Facts) -> Transition | None:
        """Return a line as a case with these facts has it; None when it has not."""
        sources = frozenset(state for state in t.sources if self._has(state, facts))
        if not t.when(facts) or not sources:
            return None
        target = next((state for state in _ways(t) if self._has(state, facts)), None)
        return replace(t, sources=sources, target=target, else_to=(), when=ALWAYS)

    def _faults(self) -> Iterator[str]:
        """Yield what no case could run on."""
        whens = [(t.name, t.when) for t in self.whole.transitions]
        for name, when in (*whens, *self.states_when.items(), *self.starts_when.items()):
            if not when.facts <= set(self.facts):
                yield f"{name}: nobody says {sorted(when.facts - set(self.facts))} of a case"
        for t in self.whole.transitions:
            yield from self._faults_of_line(t)
        for state in map(str, self.whole.states):
            yield from self._faults_of_state(state)

    def _faults_of_line(self, t: Transition) -> Iterator[str]:
        forms = [(facts, self._line(t, facts)) for facts in _sets(self.bearing_on(t))]
        if not any(line for _, line in forms):
            yield f"{t.name} is there in no case"
        for facts, line in forms:
            if line and t.target is not None and line.target is None:
                yield f"{t.name} leads nowhere when {sorted(facts)} hold"

    def _faults_of_state(self, state: str) -> Iterator[str]:
        if state not in {str(self.whole.start), *self.starts_when} and not self._is_served(
            state, lambda t: t.target == state and t.sources != {state}
        ):
            yield f"{state}: some case that has it has no way in"
        if state in self.whole.terminal:
            return
        if not self._is_served(state, lambda t: state in t.sources and t.target not in {None, state}):
            yield f"{state}: some case that has it has no way on"
        for role in Role:
            asked = self.whole.askable(state, role)
            if len(asked) > 1 and any(t.not_yet or t.bars for t in asked):  # the queue knows of a card its state alone
                yield f"{state}: facts decide whose turn it is among {[t.name for t in asked]}"

    def _is_served(self, state: str, serves: Serves) -> bool:
        """Say whether every case that has the state has a line that serves: one of them always, or all in turn."""
        lines = [t for t in self.whole.transitions if any(serves(replace(t, target=way)) for way in _ways(t))]
        return any(self._serve(state, [t], serves) for t in lines) or self._serve(state, lines, serves)

    def _serve(self, state: str, lines: Iterable[Transition], serves: Serves) -> bool:
        lines = list(lines)
        return all(
            any(line is not None and serves(line) for line in (self._line(t, facts) for t in lines))
            for facts in _sets(self.bearing_on(*lines) | self.states_when.get(state, ALWAYS).facts)
            if self._has(state, facts)
        )


def _ways(t: Transition) -> tuple[str, ...]:
    """Return where a line leads, in order; nowhere where it stays."""
    return () if t.target is None else (t.target, *t.else_to)


def _sets(facts: Facts) -> Iterator[Facts]:
    """Yield every set of these facts that can hold."""
    names = sorted(facts)
    return (Facts(chosen) for n in range(len(names) + 1) for chosen in combinations(names, n))
