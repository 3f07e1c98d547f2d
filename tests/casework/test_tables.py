"""One table serves every case of a kind: facts take lines and states away, and lead round what is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.workflow.circuits import Circuit, circuit_of, having, step
from casework.workflow.relations import OFFICE
from casework.workflow.tables import Table
from rectification.enums import State
from rectification.workflow import TABLE
from tests.factories import UnitFactory, a_campaign, a_rectification

LINES = (
    step("hand_in", "报送", {"draft"}, "check", OFFICE, else_to=("end",)),
    step("check", "审核", {"check"}, "end", OFFICE),
    step("praise", "表扬", {"draft", "check"}, None, OFFICE, when=having("good", lacking=("secret",))),
)
WHOLE = Circuit("note", (), "draft", frozenset({"end"}), {}, {}, LINES, (), ("draft", "check", "end"))  # type: ignore[arg-type]
A_TABLE = Table(
    WHOLE,
    facts={"checked": "须审核", "good": "优秀", "secret": "不公开"},
    states_when={"check": having("checked")},
    starts_when={"check": having("secret", "checked")},
)


@pytest.mark.parametrize(
    ("facts", "lines", "start", "road"),
    [
        ((), [("hand_in", "end")], "draft", ["draft", "end"]),
        (("checked",), [("hand_in", "check"), ("check", "end")], "draft", ["draft", "check", "end"]),
        (("good",), [("hand_in", "end"), ("praise", None)], "draft", ["draft", "end"]),
        (("good", "secret"), [("hand_in", "end")], "draft", ["draft", "end"]),
        (("checked", "secret"), [("hand_in", "check"), ("check", "end")], "check", ["draft", "check", "end"]),
    ],
)
def test_the_facts_choose_lines_targets_start_and_road(facts, lines, start, road) -> None:
    circuit = A_TABLE.circuit(frozenset(facts))

    assert [(t.name, t.target) for t in circuit.transitions] == lines
    assert (circuit.start, list(circuit.roads)) == (start, road)
    assert circuit is A_TABLE.circuit(frozenset(facts))


def test_every_combination_is_there_once_and_the_ways_out_of_lacking_states_go_with_them() -> None:
    assert len({id(circuit) for circuit in A_TABLE.every_circuit}) == 2**3
    assert A_TABLE.circuit(frozenset({"good"})).by_name["praise"].sources == {"draft"}


def test_a_further_fact_is_one_word_and_one_line() -> None:
    line = step("appeal", "申诉", {"draft"}, None, OFFICE, when=having("appealable"))
    more = Table(
        replace(WHOLE, transitions=(*LINES, line)), facts={**A_TABLE.facts, "appealable": "可申诉"},
        states_when={"check": having("checked")},
    )  # fmt: skip

    assert "appeal" in more.circuit(frozenset({"appealable"})).by_name
    assert "appeal" not in more.circuit(frozenset()).by_name


def test_a_fact_that_nobody_says_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="nobody says"):
        Table(WHOLE, facts={"good": "优秀"})


def test_a_line_that_leads_nowhere_is_refused_at_start() -> None:
    lines = (replace(LINES[0], else_to=()), *LINES[1:])
    with pytest.raises(ValueError, match="leads nowhere"):
        Table(replace(WHOLE, transitions=lines), A_TABLE.facts, states_when={"check": having("checked")})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("supervision", "publicity", "own_department", "expected"),
    [
        (True, True, False, {"supervision", "publicity"}),
        (False, True, False, {"publicity"}),
        (True, False, True, set()),  # nobody judges his own: the department is the responsible unit
    ],
)
def test_a_rectification_runs_on_the_circuit_of_its_facts(supervision, publicity, own_department, expected) -> None:
    unit = UnitFactory(is_industry_supervisor=True)
    supervisor = unit if own_department else UnitFactory(is_industry_supervisor=True)
    campaign = a_campaign(units=[unit], with_supervision=supervision, with_publicity=publicity)
    case = a_rectification(State.SIGN, campaign=campaign, supervisor=supervisor)

    assert circuit_of(case) is TABLE.circuit(frozenset(expected))
    assert set(circuit_of(case).facts) == expected
