"""Draw a circuit as text: the diagram and the table of docs/circuits/ are made from the same lines that run."""

from __future__ import annotations

from casework import kinds
from casework.workflow.circuits import Circuit, Transition
from casework.workflow.inputs import INPUTS


def draw(circuits: list[Circuit]) -> str:
    """Return the page of a kind: one diagram and one table.

    With variants, that with the most steps is drawn and the others are told.
    """
    whole = max(circuits, key=lambda c: len(c.transitions))
    lines = [
        f"# {kinds.spec_of(whole.kind).label}",
        "",
        "Written by `manage.py draw_circuits` from the table that runs; do not edit.",
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines += [f'    state "{whole.word(state).label}" as {state}' for state in _states(whole)]
    lines += [f"    [*] --> {start}" for start in sorted({str(c.start) for c in circuits})]
    for t in whole.transitions:
        lines += [
            f"    {source} --> {t.target or source}: {t.label}"
            for source in sorted(t.sources, key=_states(whole).index)
        ]
    lines += [f"    {state} --> [*]" for state in _states(whole) if state in whole.terminal]
    lines += ["```", "", "| 步骤 | 从 | 到 | 谁 | 须填 | 可填 | 还要看 |", "|---|---|---|---|---|---|---|"]
    lines += [_row(whole, t) for t in whole.transitions]
    if len(circuits) > 1:
        facts = {label: None for circuit in circuits for label in circuit.facts.values()}
        lines += ["", f"走法由这几项定：{'、'.join(facts)}；共 {len(circuits)} 种，主线分别是：", ""]
        lines += sorted({f"- {' → '.join(c.word(s).label for s in c.roads)}" for c in circuits})
    return "\n".join(lines) + "\n"


def _states(circuit: Circuit) -> list[str]:
    return [str(state) for state in circuit.states]


def _inputs(names: tuple[str, ...]) -> str:
    return "、".join(INPUTS[name].label for name in names) or "—"


def _row(circuit: Circuit, t: Transition) -> str:
    sources = "、".join(circuit.word(s).label for s in sorted(t.sources, key=_states(circuit).index))
    target = circuit.word(t.target).label if t.target else "不变" + ("，换人" if t.holder else "")
    checks = "、".join(check.__name__ for check in (*t.guards, *t.recusals)) or "—"
    return f"| {t.label} | {sources} | {target} | {t.who.label} | {_inputs(t.needs)} | {_inputs(t.may)} | {checks} |"
