"""In whose hands a case lies, and into whose a step brings it, in words."""

from __future__ import annotations

from casework.kinds import spec_of
from casework.models import Case
from casework.workflow.circuits import Nobody, Transition, circuit_of
from casework.workflow.turns import Turn
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import Unit


def holder_words(case: Case) -> str:
    """Say in whose hands a case is, such as 环县 · 单位联络员, and that nobody is there (`with_holder` knows)."""
    if case.holder_unit is None:
        return meanwhile(case) if case.is_open else "已办结"
    words = f"{case.holder_unit} · {Role(case.holder_role).label}"
    return words if getattr(case, "is_manned", True) else f"{words}（无人在岗）"


def lies_with(case: Case) -> str:
    """Say where a case lies, as part of a sentence: 在环县 · 单位联络员手上, or what goes on meanwhile."""
    return f"在{holder_words(case)}手上" if case.holder_unit_id else holder_words(case)


def meanwhile(case: Case) -> str:
    """Say what goes on while a case lies in nobody's hands, such as 各责任单位正在整改."""
    holder = spec_of(case.kind).table.whole.holders.get(case.state)
    return holder.meanwhile if isinstance(holder, Nobody) else "不需要办理"


def leads_to(case: Case, transition: Transition, actor: Actor) -> str:
    """Say where a step leads and in whose hands the case lies then; nothing where it stays where it is."""
    circuit = circuit_of(case)
    if transition.target is None and transition.holder is None:
        return ""
    state = str(transition.target or case.state)
    word = circuit.word(state, actor.role).label
    if state in circuit.terminal:
        return f"办理后本件“{word}”。"
    holder = transition.holder or circuit.holders[state]
    if isinstance(holder, Nobody):
        return f"办理后是“{word}”：{holder.meanwhile}。"
    unit_id, role = holder(case)
    unit = Unit.objects.filter(pk=unit_id).first() if unit_id else None
    return f"办理后是“{word}”" + (f"，在{unit} · {Role(role).label}手上。" if unit else "。")


def others_words(case: Case, turn: Turn) -> str:
    """Say who is to act where it is not this person's turn; in his own hands, that another of his role must."""
    return f"{holder_words(case)}（须由其他人员办理）" if turn.barred else holder_words(case)
