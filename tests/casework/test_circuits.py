"""Every table: what is not in it is refused, and every step back carries a reason.

Every state has a look, a holder and a way out.
"""

from __future__ import annotations

import pytest
from django.conf import settings

from casework import kinds
from casework.workflow.circuits import Circuit, Transition
from casework.workflow.drawing import draw
from casework.workflow.inputs import INPUTS
from casework.workflow.relations import SYSTEM
from organizations.enums import ADMINISTRATORS, Role
from rectification.enums import RECTIFICATION
from tests.circuits import every_circuit

CIRCUITS = [pytest.param(c, id=f"{c.kind}-{n}") for n, c in enumerate(every_circuit())]
LINES = [pytest.param(c, t, id=f"{c.kind}-{n}-{t.name}") for n, c in enumerate(every_circuit()) for t in c.transitions]


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_every_state_has_a_look_and_every_open_state_a_holder(circuit: Circuit) -> None:
    states = {str(state) for state in circuit.states}

    assert set(map(str, circuit.looks)) == states
    assert set(map(str, circuit.holders)) == states - circuit.terminal
    assert set(circuit.roads) <= states


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_every_open_state_that_can_be_reached_has_a_way_on(circuit: Circuit) -> None:
    reached, waiting = set(), [str(circuit.start)]
    while waiting:
        state = waiting.pop()
        if state in reached:
            continue
        reached.add(state)
        waiting += [t.target for t in circuit.transitions if state in t.sources and t.target]

    stuck = {
        s
        for s in reached - circuit.terminal
        if not any(s in t.sources and t.target and t.target != s for t in circuit.transitions)
    }
    assert stuck == set()


@pytest.mark.parametrize(("circuit", "transition"), LINES)
def test_a_line_names_known_states_inputs_and_roles(circuit: Circuit, transition: Transition) -> None:
    states = {str(state) for state in circuit.states}

    assert transition.sources <= states - circuit.terminal
    assert transition.target is None or transition.target in states
    assert {*transition.needs, *transition.may} <= set(INPUTS)
    assert transition.who is SYSTEM or transition.who.roles
    assert not transition.who.roles & ADMINISTRATORS


@pytest.mark.parametrize(("circuit", "transition"), LINES)
def test_every_step_back_carries_a_reason(circuit: Circuit, transition: Transition) -> None:
    if transition.back:
        assert "reason" in transition.needs


@pytest.mark.parametrize("circuit", [c for c in CIRCUITS if c.values[0].kind == RECTIFICATION])
def test_no_inspected_unit_closes_re_grades_or_moves_a_deadline(circuit: Circuit) -> None:
    unit = {Role.UNIT_HEAD, Role.UNIT_LIAISON}

    for name in (
        "close",
        "verify",
        "grant_extension",
        "make_long_term",
        "suspend",
        "uphold_dispute",
        "reassign",
        "approve_plan",
    ):
        if name in circuit.by_name:
            assert not circuit.by_name[name].who.roles & unit
    assert not any(
        edit.fields & {"severity", "topic_id", "due_on", "state"} and edit.who.roles & unit for edit in circuit.edits
    )


@pytest.mark.parametrize("kind", [spec.name for spec in kinds.all_kinds()])
def test_the_drawn_circuit_is_not_stale(kind: str) -> None:
    drawn = (settings.BASE_DIR / "docs" / "circuits" / f"{kind}.md").read_text(encoding="utf-8")

    assert drawn == draw(kinds.spec_of(kind)), "run manage.py draw_circuits"
