"""One table serves every case of a kind: facts take lines and states away, and lead round what is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db.models import Q

from casework import kinds
from casework.workflow.asking import NotYet
from casework.workflow.circuits import Circuit, Transition, circuit_of, having, step
from casework.workflow.relations import OFFICE, OFFICE_STAFF
from casework.workflow.tables import Table
from rectification.enums import RECTIFICATION, State
from rectification.workflow import TABLE
from tests.circuits import circuits_of
from tests.factories import UnitFactory, a_campaign, a_rectification

LINES = (
    step("hand_in", "报送", {"draft"}, "check", OFFICE, else_to=("end",)),
    step("check", "审核", {"check"}, "end", OFFICE),
    step("praise", "表扬", {"draft", "check"}, None, OFFICE, when=having("good", lacking=("secret",))),
)
WHOLE = Circuit(
    "note", ("draft", "check", "end"), "draft", frozenset({"end"}), {}, {}, LINES, (), ("draft", "check", "end")
)  # type: ignore[arg-type]
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


def test_the_ways_out_of_lacking_states_go_with_them() -> None:
    assert A_TABLE.circuit(frozenset({"good"})).by_name["praise"].sources == {"draft"}


def with_line(line: Transition, table: Table = A_TABLE) -> Table:
    """The table with a further fact, on which that line depends."""
    whole = replace(table.whole, transitions=(*table.whole.transitions, line))
    return Table(whole, {**table.facts, "appealable": "可申诉"}, table.states_when, table.starts_when)


def test_a_further_fact_is_one_word_and_one_line() -> None:
    more = with_line(step("appeal", "申诉", {"draft"}, None, OFFICE, when=having("appealable")))

    assert "appeal" in more.circuit(frozenset({"appealable"})).by_name
    assert "appeal" not in more.circuit(frozenset()).by_name


def test_a_further_fact_of_the_rectification_makes_no_circuit_and_tells_but_its_own_line_apart() -> None:
    """A fifth fact does not make 32 of 16: none is made at start, and one more is looked at by the tests."""
    line = step("appeal", "申诉", {State.SENT_BACK}, None, OFFICE, when=having("appealable"))
    more = with_line(line, TABLE)
    spec = kinds.spec_of(RECTIFICATION)
    before, after = circuits_of(spec), circuits_of(replace(spec, table=Table(more.whole, more.facts, *WHENS)))

    assert more.made == {}
    assert len(more.facts) == 5
    assert len(after) == len(before) + 1 == 8
    assert [sorted(c.facts) for c in after if "appeal" in c.by_name] == [["appealable"], sorted(more.facts)]


def test_a_circuit_is_made_when_the_first_case_with_such_facts_asks_for_it() -> None:
    table = Table(WHOLE, A_TABLE.facts, A_TABLE.states_when)
    first = table.circuit(frozenset({"checked"}))

    assert table.made == {frozenset({"checked"}): first}


WHENS = (TABLE.states_when, TABLE.starts_when)
CHECKED = {"check": having("checked")}
ROUND = (  # nothing leads into "check" but itself, or into what follows it
    replace(LINES[0], target="end", else_to=()),
    LINES[1],
)
STUCK = (LINES[0], replace(LINES[1], when=having("good")))
UNFILLED = (replace(LINES[0], when=having("good")), step("skip", "免审", {"draft"}, "end", OFFICE), LINES[1])
NEVER = (*LINES, step("appeal", "申诉", {"draft"}, None, OFFICE, when=having("good", lacking=("good",))))
OF_LACKING = (*LINES, step("appeal", "申诉", {"check"}, None, OFFICE, when=having(lacking=("checked",))))
NOT_YET = NotYet(lambda case: None, lambda day: Q())
UNCLEAR = (
    replace(LINES[0], when=having("good"), who=OFFICE_STAFF, not_yet=NOT_YET),
    replace(LINES[0], name="hand_on", when=having(lacking=("good",)), who=OFFICE_STAFF),
    LINES[1],
)


@pytest.mark.parametrize(
    ("lines", "facts", "fault"),
    [
        (LINES, {"good": "优秀"}, r"praise: nobody says \['secret'\] of a case"),
        ((replace(LINES[0], else_to=()), *LINES[1:]), A_TABLE.facts, r"hand_in leads nowhere when \[\] hold"),
        (ROUND, A_TABLE.facts, "check: some case that has it has no way in"),
        (UNFILLED, A_TABLE.facts, "check: some case that has it has no way in"),
        (STUCK, A_TABLE.facts, "check: some case that has it has no way on"),
        (NEVER, A_TABLE.facts, "appeal is there in no case"),
        (OF_LACKING, A_TABLE.facts, "appeal is there in no case"),
        (UNCLEAR, A_TABLE.facts, r"draft: facts decide whose turn it is among \['hand_in', 'hand_on'\]"),
    ],
)
def test_a_table_on_which_some_case_could_not_run_is_refused_at_start(lines, facts, fault) -> None:
    with pytest.raises(ValueError, match=fault):
        Table(replace(WHOLE, transitions=tuple(lines)), facts, states_when=CHECKED)


def test_what_two_lines_do_in_turn_is_a_way_on() -> None:
    one, other = replace(LINES[1], when=having("good")), replace(LINES[1], name="skip", when=having(lacking=("good",)))
    table = Table(replace(WHOLE, transitions=(LINES[0], one, other)), A_TABLE.facts, states_when=CHECKED)

    assert [t.name for t in table.circuit(frozenset({"checked"})).transitions] == ["hand_in", "skip"]


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
