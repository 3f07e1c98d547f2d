"""Draw a circuit as text: the diagram and the table of docs/circuits/ are made from the same lines that run."""

from __future__ import annotations

from casework.kinds import KindSpec
from casework.workflow.circuits import ALWAYS, Circuit, Transition, When
from casework.workflow.inputs import INPUTS
from casework.workflow.tables import Table


def draw(spec: KindSpec) -> str:
    """Return the page of a kind: one diagram and one table, with what not every case has and when it is there."""
    table, whole = spec.table, spec.table.whole
    lines = [
        f"# {spec.label}",
        "",
        "Written by `manage.py draw_circuits` from the table that runs; do not edit.",
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines += [f'    state "{_state(table, state)}" as {state}' for state in _states(whole)]
    lines += [f"    [*] --> {start}" for start in sorted({str(whole.start), *table.starts_when})]
    for t in whole.transitions:
        lines += [
            f"    {source} --> {target or source}: {t.label}"
            for target in (t.target, *t.else_to)
            for source in sorted(t.sources, key=_states(whole).index)
        ]
    lines += [f"    {state} --> [*]" for state in _states(whole) if state in whole.terminal]
    lines += ["```", "", "| 步骤 | 从 | 到 | 谁 | 须填 | 可填 | 还要看 |", "|---|---|---|---|---|---|---|"]
    lines += [_row(table, t) for t in whole.transitions]
    lines += ["", f"主线：{' → '.join(_state(table, state) for state in whole.roads)}"]
    lines += [
        f"从“{whole.word(state).label}”开始的：{_in_words(table, when)}" for state, when in table.starts_when.items()
    ]
    return "\n".join(lines) + "\n"


def _states(circuit: Circuit) -> list[str]:
    return [str(state) for state in circuit.states]


def _state(table: Table, state: str) -> str:
    """Return a state as the office reads it, with when it is there."""
    return table.whole.word(state).label + _only(table, table.states_when.get(state, ALWAYS))


def _only(table: Table, when: When) -> str:
    return f"（{_in_words(table, when)}）" if when.facts else ""


def _in_words(table: Table, when: When) -> str:
    """Return the facts that must hold of a case, and those that must not."""
    return "、".join(
        label if name in when.has else f"非{label}" for name, label in table.facts.items() if name in when.facts
    )


def _inputs(names: tuple[str, ...]) -> str:
    return "、".join(INPUTS[name].label for name in names) or "—"


def _row(table: Table, t: Transition) -> str:
    whole = table.whole
    sources = "、".join(_state(table, s) for s in sorted(t.sources, key=_states(whole).index))
    ways = "，否则".join(_state(table, state) for state in (t.target, *t.else_to) if state)
    checks = "、".join(check.__name__ for check in (*t.guards, *t.recusals)) or "—"
    said = (
        t.label + _only(table, t.when),
        sources,
        ways or "不变" + ("，换人" if t.holder else ""),
        t.who.label,
        _inputs(t.needs),
        _inputs(t.may),
        checks,
    )
    return f"| {' | '.join(said)} |"
