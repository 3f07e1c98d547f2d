"""Ask the circuits that run whether they are what the sheet of rights says; each difference is a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casework.workflow.circuits import Circuit, Transition
from casework.workflow.inputs import INPUTS
from tests.rights.people import Scene
from tests.rights.sheet import BEGINS, CONDITIONS, ENDS, RECUSALS, Person, Right, corrections, rights


def faults(kind: str, circuits: Iterable[Circuit], scene: Scene) -> Iterator[str]:
    """Yield every difference between the sheet and the circuits of a kind."""
    for circuit in circuits:
        facts = frozenset(circuit.facts)
        rows = {row.code: row for row in rights() if row.kind == kind and row.holds(facts)}
        where = f"{kind} {sorted(facts)}"
        yield from (f"{where}：{name} 只在一处" for name in set(rows) ^ set(circuit.by_name))
        for name in sorted(set(rows) & set(circuit.by_name)):
            yield from (f"{where}：{name} {said}" for said in _line(circuit, circuit.by_name[name], rows[name], scene))
        begins = "整改中" if "later_round" in facts else BEGINS[kind]
        ends = {_label(circuit, state) for state in circuit.terminal}
        if (_label(circuit, circuit.start), ends) != (begins, ENDS[kind]):
            yield f"{where}：开头或者结尾不对"
        yield from _permissions(where, circuit, list(rows.values()), scene)
        yield from _corrections(where, kind, circuit, scene)


def _label(circuit: Circuit, state: str) -> str:
    return str(circuit.states(state).label)


def _line(circuit: Circuit, t: Transition, row: Right, scene: Scene) -> Iterator[str]:
    """Compare all that one line says but who may take it, which the actors are asked about."""
    target = "不变" if t.target is None else _label(circuit, t.target)
    conditions = [f.__name__ for f in (*t.guards, *t.recusals) if f.__name__ in CONDITIONS.values()]
    recusals = [f.__name__ for f in t.recusals if f.__name__ not in CONDITIONS.values()]
    said = {
        "名称": (t.label, row.label),
        "从": ({_label(circuit, state) for state in t.sources}, row.sources),
        "到": (target, row.target),
        "须填": ([INPUTS[need].label for need in t.needs], row.needs),
        "先决条件": (sorted(conditions), row.conditions),
        "回避": (sorted(recusals), row.recusals),
        "退回": (t.back, row.is_back),
        "可撤回": (t.withdrawable, row.is_withdrawable),
        "交给": (_hands(circuit, t, scene), _expected_hands(row, scene)),
        "不认识的检查": (
            [f.__name__ for f in t.recusals if f.__name__ not in {*CONDITIONS.values(), *RECUSALS.values()}],
            [],
        ),
    }  # fmt: skip
    yield from (f"{what}：{is_so}，应为 {should}" for what, (is_so, should) in said.items() if is_so != should)


def _hands(circuit: Circuit, t: Transition, scene: Scene) -> object:
    if t.target in circuit.terminal:
        return (None, "")
    holder = t.holder or (circuit.holders[t.target] if t.target else None)
    return scene.held_by(holder) if holder else "不变"


def _expected_hands(row: Right, scene: Scene) -> object:
    if row.hands in {"不变", "不需要办理"}:
        return "不变" if row.hands == "不变" else (None, "")
    person = Person.read(row.hands)
    return (scene.places[person.ours], str(person.role))


def _permissions(where: str, circuit: Circuit, rows: list[Right], scene: Scene) -> Iterator[str]:
    """Every state, every role, of this case and of others: what is permitted is what the sheet permits."""
    for state in circuit.states:
        case, here = scene.in_state(str(state)), [row for row in rows if state.label in row.sources]
        for (role, relation), actor in scene.actors.items():
            expected = {row.code for row in here if row.allows(role, relation)}
            may = {t.name for t in circuit.permitted(case, actor)}
            if may != expected:
                who = f"“{state.label}”时 {role.label}（{relation}）"
                yield f"{where}：{who}可办 {sorted(may)}，应为 {sorted(expected)}"


def _corrections(where: str, kind: str, circuit: Circuit, scene: Scene) -> Iterator[str]:
    rows = [row for row in corrections() if row.kind == kind]
    for state in circuit.states:
        for is_sent in (False, True):
            case = scene.in_state(str(state), with_head=is_sent)
            for (role, relation), actor in scene.actors.items():
                let = [
                    row
                    for row in rows
                    if state.label in row.states and any(p.allows(role, relation, is_sent=is_sent) for p in row.people)
                ]
                expected: frozenset[str] = frozenset().union(*(row.fields for row in let))
                if (may := circuit.editable(case, actor)) != expected:
                    sent = "（已送签）" if is_sent else ""
                    who = f"“{state.label}”{sent}时 {role.label}（{relation}）"
                    yield f"{where}：{who}可改 {sorted(may)}，应为 {sorted(expected)}"
