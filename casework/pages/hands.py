"""In whose hands a case lies, and into whose a step brings it, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from casework.kinds import spec_of
from casework.models import Case
from casework.workflow.circuits import Holder, Nobody, Transition, circuit_of
from casework.workflow.inputs import INPUTS
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
    """Say where a step leads, in whose hands the case lies then, and who is told of it."""
    return all_leads(case, [transition], actor)[transition.name]


def all_leads(case: Case, transitions: Iterable[Transition], actor: Actor) -> dict[str, str]:
    """Return what `leads_to` says of each step, by its name: all units in one question, each holder asked once."""
    asked, answers = [], dict[Any, Any]()  # what says who it is may ask the database: each once, however many steps
    for transition in transitions:
        for who in (_next_holder(case, transition), transition.tells, transition.reaches):
            if who is not None and who not in answers:
                answers[who] = who(case)
        asked.append(_Onward.of(case, transition, answers))
    units = Unit.objects.in_bulk({key for onward in asked for key in onward.units})
    return {onward.transition.name: onward.in_words(case, actor, units) for onward in asked}


class _Onward(NamedTuple):
    """Where one step leads: who holds the case then, and who is told, by the keys of their units."""

    transition: Transition
    holder: Holder | None
    held_by: tuple[int | None, str]
    told: Sequence[tuple[int | None, Sequence[Role]]]

    @classmethod
    def of(cls, case: Case, transition: Transition, answers: Mapping[Any, Any]) -> _Onward:
        told = [line for audience in (transition.tells, transition.reaches) if audience for line in answers[audience]]
        in_order = [(unit, [role for role in Role if role in roles]) for unit, roles in told]
        holder = _next_holder(case, transition)
        return cls(transition, holder, answers[holder] if holder is not None else (None, ""), in_order)

    @property
    def units(self) -> set[int]:
        return {key for key in (self.held_by[0], *(unit for unit, _ in self.told)) if key}

    def in_words(self, case: Case, actor: Actor, units: Mapping[int, Unit]) -> str:
        """Write the sentence that stands beside the button."""
        told = [f"{units[key] if key else ''}（{'、'.join(role.label for role in roles)}）" for key, roles in self.told]
        chosen = [
            f"在“{INPUTS[name].label}”中选定的单位"
            for name in (*self.transition.needs, *self.transition.may)
            if INPUTS[name].reaches
        ]
        aware = [f"知悉：{'、'.join(told)}"] if told else []
        receiving = [f"{'、'.join(chosen)}也会收到"] if chosen else []
        return "；".join([self._whose(case, actor, units), *aware, *receiving]) + "。"

    def _whose(self, case: Case, actor: Actor, units: Mapping[int, Unit]) -> str:
        circuit, target = circuit_of(case), self.transition.target
        stays = target is None and self.transition.holder is None
        if stays:
            return f"办理后仍{lies_with(case)}" if case.holder_unit_id else f"办理后不变：{meanwhile(case)}"
        state = str(target or case.state)
        word = circuit.word(state, actor.role).label
        if state in circuit.terminal:
            return f"办理后本件“{word}”"
        if isinstance(self.holder, Nobody):
            return f"办理后是“{word}”：{self.holder.meanwhile}"
        key, role = self.held_by
        return f"办理后是“{word}”" + (f"，在{units[key]} · {Role(role).label}手上" if key else "")


def _next_holder(case: Case, transition: Transition) -> Holder | None:
    """Return what says who holds the case after a step; nothing where it stays or ends."""
    circuit = circuit_of(case)
    state = str(transition.target or case.state)
    if (transition.target is None and transition.holder is None) or state in circuit.terminal:
        return None
    return transition.holder or circuit.holders[state]


def others_words(case: Case, turn: Turn) -> str:
    """Say who is to act where it is not this person's turn; in his own hands, that another of his role must."""
    return f"{holder_words(case)}（须由其他人员办理）" if turn.barred else holder_words(case)
