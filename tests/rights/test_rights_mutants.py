"""Faults planted in every line of every circuit: the comparison with docs/rights.csv catches each one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from casework import kinds
from casework.workflow.circuits import Circuit, Edit, Transition, step
from casework.workflow.relations import SYSTEM, Relation, in_role, of_the_unit
from organizations.enums import BUSINESS, Role
from tests.rights.comparing import faults
from tests.rights.people import Scene, scenes
from tests.rights.sheet import KINDS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once(reason="a fault planted in a table in Python; the comparison that catches it is asked on both"),
]
SHOWN = (
    frozenset(),
    frozenset({"supervision"}),
    frozenset({"publicity", "immediate"}),
    frozenset({"supervision", "publicity"}),
)
Mutant = tuple[str, Transition]
WIDER = {
    "for the office's staff": in_role("经办", Role.OFFICE_STAFF),
    "for the office's head": in_role("负责人", Role.OFFICE_DIRECTOR),
    "for the unit": of_the_unit("单位", Role.UNIT_HEAD, Role.UNIT_LIAISON),
    "for every unit": in_role("任何单位", Role.UNIT_HEAD, Role.UNIT_LIAISON),
    "for teams": in_role("任何组", Role.TEAM_LEADER, Role.TEAM_MEMBER),
    "for departments": in_role("任何部门", Role.INDUSTRY_REVIEWER),
    "for readers": in_role("市领导", Role.CITY_LEADER, Role.GROUP_MEMBER, Role.EXPERT),
}


@pytest.fixture(scope="module")
def people(made_once: Callable[[Callable[[], Any]], Any]) -> dict[str, Scene]:
    made: dict[str, Scene] = made_once(scenes)
    return made


def circuits_of(kind: str) -> list[Circuit]:
    table = kinds.spec_of(KINDS[kind]).table
    return [table.circuit(facts) for facts in SHOWN if facts <= set(table.facts)]


def somebody_else(case: Any) -> tuple[int | None, Role]:
    return None, Role.AUDIT_ADMIN


def without(row: tuple[Any, ...], n: int) -> tuple[Any, ...]:
    return row[:n] + row[n + 1 :]


def mutants_of(t: Transition, circuit: Circuit) -> Iterator[Mutant]:
    """Yield (what is wrong, the line with it)."""
    yield from _people(t)
    for n, guard in enumerate(t.guards):
        yield f"without {guard.__name__}", replace(t, guards=without(t.guards, n))
    for n, recusal in enumerate(t.recusals):
        yield f"without {recusal.__name__}", replace(t, recusals=without(t.recusals, n))
    for n, need in enumerate(t.needs):
        yield f"not asking for {need}", replace(t, needs=without(t.needs, n))
        yield f"{need} may be left out", replace(t, needs=without(t.needs, n), may=(*t.may, need))
    yield from _ways(t, circuit)
    yield "called otherwise", replace(t, label=f"{t.label}！")
    yield "back or forward", replace(t, back=not t.back)


def _people(t: Transition) -> Iterator[Mutant]:
    roles = t.who.roles
    for words, relation in WIDER.items():
        if not relation.roles <= roles:
            yield f"open {words}", replace(t, who=t.who | relation)
    for role in sorted(roles):
        held = Relation("少一个角色", roles - {role}, t.who.holds)
        yield f"shut to {role}", replace(t, who=held)
    if not roles <= {Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF}:
        yield "open to all units of the role", replace(t, who=in_role("不论哪家", *sorted(roles)))
    if t.who is SYSTEM:
        yield "no longer the system's", replace(t, who=in_role("谁都行", *sorted(BUSINESS)))


def _ways(t: Transition, circuit: Circuit) -> Iterator[Mutant]:
    others = [str(state) for state in circuit.states if state not in {t.target, *t.sources}]
    for state in dict.fromkeys((*others[:1], *others[-1:])):
        yield f"leading to {state}", replace(t, target=state)
    yield (
        "leading nowhere" if t.target else "leading to its source",
        replace(t, target=None if t.target else min(t.sources)),
    )
    for more in [state for state in others if state not in circuit.terminal][:1]:
        yield f"from {more} too", replace(t, sources=t.sources | {more})
    for source in sorted(t.sources):
        if len(t.sources) > 1:
            yield f"no more from {source}", replace(t, sources=t.sources - {source})
    if t.target not in circuit.terminal:
        yield "into somebody else's hands", replace(t, holder=somebody_else)
    if t.holder is not None:
        yield "into the hands of the state's default", replace(t, holder=None)
    if not t.effects:
        yield "taken back or not", replace(t, withdrawable=not t.withdrawable)


def planted(circuits: list[Circuit], name: str, line: Callable[[Transition], Transition]) -> list[Circuit]:
    return [replace(c, transitions=tuple(line(t) if t.name == name else t for t in c.transitions)) for c in circuits]


LINES = [
    pytest.param(kind, name, id=f"{KINDS[kind]}-{name}")
    for kind in KINDS
    for name in dict.fromkeys(t.name for circuit in circuits_of(kind) for t in circuit.transitions)
]


@pytest.mark.parametrize(("kind", "name"), LINES)
def test_no_fault_in_a_line_passes(kind: str, name: str, people: dict[str, Scene]) -> None:
    circuits = [circuit for circuit in circuits_of(kind) if name in circuit.by_name]
    passed, tried = [], 0
    for circuit in circuits[:2]:
        for what, line in mutants_of(circuit.by_name[name], circuit):
            tried += 1
            broken = planted([circuit], name, lambda t, line=line: line)
            if next(faults(kind, broken, people[kind]), None) is None:
                passed.append(what)

    assert tried >= 10
    assert passed == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_in_a_whole_circuit_passes(kind: str, people: dict[str, Scene]) -> None:
    passed = []
    for circuit in circuits_of(kind):
        for what, broken in _wrong_circuits(circuit):
            if next(faults(kind, [broken], people[kind]), None) is None:
                passed.append(what)

    assert passed == []


def _wrong_circuits(circuit: Circuit) -> Iterator[tuple[str, Circuit]]:
    for n, t in enumerate(circuit.transitions):
        yield f"without {t.name}", replace(circuit, transitions=without(circuit.transitions, n))
    more = step("more", "多一步", {circuit.start}, None, in_role("经办", Role.OFFICE_STAFF))
    yield "with a step more", replace(circuit, transitions=(*circuit.transitions, more))
    states = [str(state) for state in circuit.states]
    yield "beginning otherwise", replace(circuit, start=states[1])
    still_open = next(state for state in (*states[1:], states[0]) if state not in circuit.terminal)
    yield "ending otherwise", replace(circuit, terminal=circuit.terminal | {still_open})
    reached = {t.target for t in circuit.transitions if t.target and t.holder is None} - circuit.terminal
    for state in sorted(reached):
        yield f"{state} in wrong hands", replace(circuit, holders={**circuit.holders, state: somebody_else})
    for n, edit in enumerate(circuit.edits):
        yield from (
            (what, replace(circuit, edits=(*without(circuit.edits, n), wrong))) for what, wrong in _wrong_edits(edit)
        )


def _wrong_edits(edit: Edit) -> Iterator[tuple[str, Edit]]:
    for words, relation in WIDER.items():
        if not relation.roles <= edit.who.roles:
            yield f"corrections open {words}", replace(edit, who=edit.who | relation)
    for name in sorted(edit.fields):
        yield f"{name} locked", replace(edit, fields=edit.fields - {name})
    yield "the deadline open", replace(edit, fields=edit.fields | {"due_on"})
    for state in sorted(edit.states):
        yield f"locked in {state}", replace(edit, states=edit.states - {state})
