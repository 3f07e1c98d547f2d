"""The rules of a kind of case as one table, and what a person may do now.

The table holds transitions, who holds each state, what may be edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from casework import kinds
from casework.enums import Look
from casework.workflow.asking import NotYet, Together
from casework.workflow.recusals import BARRED, Condition
from casework.workflow.relations import SYSTEM, Relation
from organizations.enums import INSPECTED, Role

if TYPE_CHECKING:
    from casework.models import Case
    from casework.workflow.signing import Content
    from organizations.actor import Actor

Guard = Callable[["Case"], "str | None"]  # the reason in Chinese why it is not possible now, or nothing
Recusal = Callable[["Case", "Actor"], "str | None"]  # the reason why this very person must leave it to another
Holder = Callable[["Case"], "tuple[int | None, Role | str]"]  # (unit id, role)
MOOT: set[object] = set()  # the guards whose refusal says that there is nothing to take the step on


def moot(guard: Guard) -> Guard:
    """Mark a guard that refuses because nothing is there to be answered (no extension asked for, nothing sent for
    signature).

    Its reader can neither mend that nor wait for it: such a step is not shown to him, where others stand disabled with
    what is missing.
    """
    MOOT.add(guard)
    return guard


@dataclass(frozen=True)
class Nobody:
    """The holder of a case that lies in nobody's hands: who is at work meanwhile is said, for nobody is asked."""

    meanwhile: str  # a clause that needs no more: 各责任单位正在整改

    def __call__(self, case: Case) -> tuple[None, str]:
        return None, ""


Given = Mapping[str, Any]
Changes = Callable[["Case", Given, date], "dict[str, Any]"]  # columns and their new values


class Doing(NamedTuple):
    """What an effect is told: the step under way."""

    case: Case
    transition: Transition
    actor: Actor | None
    day: date
    given: Given


class Obstacle(NamedTuple):
    """What stands in the way of a step: the check, and the sentence it says."""

    check: Guard | Recusal
    sentence: str


Effect = Callable[[Doing], None]
Audience = Callable[["Case"], "Iterable[tuple[int | None, Iterable[Role]]]"]  # (unit id, roles) told for information


@dataclass(frozen=True)
class When:
    """The facts that must hold of a case, and those that must not, for a line or a state to be there."""

    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()

    def __call__(self, facts: frozenset[str]) -> bool:
        return self.has <= facts and not self.lacks & facts

    @property
    def facts(self) -> frozenset[str]:
        return self.has | self.lacks


ALWAYS = When()


def having(*facts: str, lacking: Iterable[str] = ()) -> When:
    """Say when a line or a state is there."""
    return When(frozenset(facts), frozenset(lacking))


@dataclass(frozen=True)
class Transition:
    """One line of the table, read like the regulation.

    `who` is permission, `recusals` separation of duty (both about the person), `guards` possibility (about the case).
    `needs` and `may` name inputs (casework.workflow.inputs.INPUTS). A step back carries a reason: `back=True` puts
    "reason" among the needs by contract of the test.
    `task`: what the queue asks for where it asks for this step: the task (审核整改方案), never its outcome (方案通过).
    `aside`: possible, but not what the queue asks for; `asked_when`: asked only of cases of which this holds;
    `not_yet`: asked only from a day on; `together`: asked with another card. `target=None` stays in the state. `holder`
    overrides whose hands the case comes into. `shows`: what the form of the step lays before whoever decides
    (casework.kinds.CasePage.briefs).

    What a step writes is said so that it can be taken back: `changes` are facts of the card and `writes` columns of the
    content row, whose former values the trail keeps; `effects` write other rows, and a withdrawable step says with
    `undo` how each of them is undone.
    `of_each`: inputs of which every case gets its own where the step is taken on several together.
    `works_out` says in words what the step reckons, such as how a deadline moves: before it is taken and in the trail.
    `leaves_sight`: the case lawfully goes out of the actor's scope by this step. `tells`: who gets a notice of it;
    `reaches`: who else gets something by what it brings about, such as a case of his own. `signs`: what is signed by
    it, as it reads (casework.workflow.signing).

    Not every case has every state: `else_to` names in order where the step leads when the target is not there, `when`
    which cases have the line at all (casework.workflow.tables).
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str | None
    who: Relation
    guards: tuple[Guard, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    of_each: tuple[str, ...] = ()
    back: bool = False
    holder: Holder | None = None
    changes: Changes | None = None
    writes: Changes | None = None
    works_out: Callable[[Case, Given, date], str] | None = None
    effects: tuple[Effect, ...] = ()
    undo: tuple[Effect, ...] = ()
    tells: Audience | None = None
    reaches: Audience | None = None
    hint: str = ""
    withdrawable: bool = False
    task: str = ""
    aside: bool = False
    asked_when: Callable[[Case], bool] | None = None
    not_yet: NotYet | None = None
    together: Together | None = None
    shows: tuple[str, ...] = ()
    signs: Callable[[Case], Content] | None = None
    leaves_sight: bool = False
    else_to: tuple[str, ...] = ()
    when: When = ALWAYS

    def __post_init__(self) -> None:
        if self.withdrawable and len(self.undo) != len(self.effects):
            raise ValueError(f"{self.name} can be withdrawn, but does not say how each of its effects is undone")
        if self.undo and not self.withdrawable:
            raise ValueError(f"{self.name} says how to undo what cannot be withdrawn")

    def obstacles(self, case: Case, actor: Actor | None) -> list[Obstacle]:
        """Return what stands in the way, each with the check that says so; empty when the step can be taken."""
        found: list[tuple[Guard | Recusal, str | None]] = [(check, check(case)) for check in self.guards]
        if actor is not None:
            found += [(check, check(case, actor)) for check in self.recusals]
        return [Obstacle(check, sentence) for check, sentence in found if sentence]

    def refusals(self, case: Case, actor: Actor | None) -> list[str]:
        """Return every sentence that stands in the way; empty when the step can be taken."""
        return [obstacle.sentence for obstacle in self.obstacles(case, actor)]

    @property
    def bars(self) -> list[Condition]:
        """Of which cards this must be left to another, as conditions on cards; what can be mended is not among them."""
        return [BARRED[check] for check in self.recusals if check in BARRED]

    def is_asked_of(self, case: Case, role: str) -> bool:
        """Say whether the queue may ask this role for the step, the case being where it is."""
        held = case.state in self.sources and role in self.who.roles and not self.aside
        return held and (self.asked_when is None or self.asked_when(case))


def step(
    name: str, label: str, sources: Iterable[str], target: str | None, who: Relation, *guards: Guard, **more: Any
) -> Transition:
    """Write one line of a table."""
    return Transition(
        name,
        label,
        frozenset(str(s) for s in sources),
        None if target is None else str(target),
        who,
        guards=guards,
        **more,
    )


@dataclass(frozen=True)
class Edit:
    """Which fields (of the card or of its content) may be corrected in these states, and by whom."""

    states: frozenset[str]
    who: Relation
    fields: frozenset[str]


@dataclass(frozen=True)
class Tie:
    """Which cards of a kind would be nonsense.

    A condition that no card may meet (lookups from the card), and what is said of one that does.
    """

    name: str
    wrong: Q
    sentence: str


class Offer(NamedTuple):
    """A step that this person is permitted to take in this state, and what still stands in the way."""

    transition: Transition
    obstacles: list[Obstacle]

    @property
    def refusals(self) -> list[str]:
        return [obstacle.sentence for obstacle in self.obstacles]

    @property
    def is_open(self) -> bool:
        return not self.obstacles

    @property
    def is_moot(self) -> bool:
        """Say whether there is nothing to take the step on, so that it is not shown."""
        return any(obstacle.check in MOOT for obstacle in self.obstacles)


class StateWord(NamedTuple):
    """A state as its reader reads it."""

    code: str
    label: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Circuit:
    """The table of a kind, or of those of its cases of which the same facts hold (casework.workflow.tables)."""

    kind: str  # as Case.kind holds it
    states: Any  # a TextChoices
    start: str
    terminal: frozenset[str]
    looks: Mapping[str, Look]
    holders: Mapping[str, Holder]
    transitions: tuple[Transition, ...]
    edits: tuple[Edit, ...] = ()
    roads: tuple[str, ...] = ()  # the main way, state by state, for the line on top of a page and the diagram
    ties: tuple[Tie, ...] = ()
    # what is judged in a state and is not read by the inspected units until the case has left it: state -> events
    until_decided: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # by when a state is to be left, where something in the case itself says so; nothing where it does not
    clocks: Mapping[str, Callable[[Case], date | None]] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)  # that hold of its cases: name -> what the office calls it
    by_name: Mapping[str, Transition] = field(init=False, repr=False, default_factory=dict)
    lines_asked: dict[str, tuple[tuple[str, Transition], ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )  # by role, found once

    def __post_init__(self) -> None:
        names = [t.name for t in self.transitions]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.kind}: two transitions bear the same name")
        object.__setattr__(self, "by_name", {t.name: t for t in self.transitions})

    def said_by(self, case: Case) -> date | None:
        """Return the day by which something in the case says that its state is to be left, or None."""
        clock = self.clocks.get(case.state)
        return clock(case) if clock else None

    def permitted(self, case: Case, actor: Actor) -> list[Transition]:
        """Return the steps from the present state that this person may take at all."""
        return [t for t in self.transitions if case.state in t.sources and t.who is not SYSTEM and t.who(actor, case)]

    def asked_for(self, case: Case, role: str) -> Transition | None:
        """Return the step that the queue asks of whoever holds the case in this role; the card alone tells.

        The first forward one of the table, whatever still stands in its way; a decision of which every way leads back
        (异议裁决) is asked for by its first line.
        """
        lines = [t for t in self.transitions if t.is_asked_of(case, role)]
        return next((t for t in lines if not t.back), lines[0] if lines else None)

    def task(self, case: Case, role: str) -> str:
        """Return in words what is asked of whoever holds the case in this role; nothing where nothing is."""
        asked = self.asked_for(case, role)
        return (asked.task or asked.label) if asked else ""

    def asked_of(self, case: Case, actor: Actor) -> Transition | None:
        """Return what the queue asks of this person, if he may take it here."""
        asked = self.asked_for(case, actor.role)
        return asked if asked is not None and asked.who(actor, case) else None

    @property
    def asked_roles(self) -> list[str]:
        """The roles that any step of the circuit is asked of."""
        return sorted({role for t in self.transitions for role in t.who.roles})

    def asked_lines(self, role: str) -> tuple[tuple[str, Transition], ...]:
        """Return (state, the line the queue asks for there) of a role, where anything tells whose turn it is.

        A line that is `asked_when` has neither recusals nor a day from which on it is asked.
        """
        if role not in self.lines_asked:
            first = ((str(state), self.askable(state, role)[:1]) for state in self.holders)
            self.lines_asked[role] = tuple(
                (state, t) for state, asked in first for t in asked if t.not_yet or t.bars or t.together
            )
        return self.lines_asked[role]

    def askable(self, state: str, role: str) -> list[Transition]:
        """Return the lines of which the queue asks for one in this state, as the facts of the case have it.

        In order, up to the first that every case has.
        """
        lines = [t for t in self.transitions if state in t.sources and role in t.who.roles and not t.aside]
        always = [t for t in lines if t.asked_when is None]
        ranked = [t for t in always if not t.back] or always[:1]
        last = next((n for n, t in enumerate(ranked) if t.when == ALWAYS), len(ranked))
        return ranked[: last + 1]

    def offers(self, case: Case, actor: Actor) -> list[Offer]:
        """Return what this person may do now, each with what still stands in the way."""
        return [Offer(t, t.obstacles(case, actor)) for t in self.permitted(case, actor)]

    def editable(self, case: Case, actor: Actor) -> frozenset[str]:
        """Return the names of the fields this person may correct now."""
        fields = [edit.fields for edit in self.edits if case.state in edit.states and edit.who(actor, case)]
        return frozenset().union(*fields)

    def word(self, state: str, role: Role | None = None) -> StateWord:
        """Return the state as the office reads it, or as a unit does.

        docs/look.md: each audience reads its own word.
        """
        look = self.looks[state]
        label = look.to_units if role in INSPECTED and look.to_units else self.states(state).label
        return StateWord(state, label, str(look.tone.value), look.icon)


def circuit_of(case: Case) -> Circuit:
    """Return the circuit this very case runs on."""
    return kinds.spec_of(case.kind).circuit_of(case)


def all_circuits() -> list[Circuit]:
    """Return the whole table of every kind."""
    return [spec.table.whole for spec in kinds.all_kinds()]


def word_of(kind: str, state: str, actor: Actor | None) -> StateWord:
    """Return a state in the words of its reader; all cases of a kind share them."""
    return kinds.spec_of(kind).table.whole.word(state, actor.role if actor else None)


def states_in_words(kind: str, actor: Actor | None) -> list[tuple[str, list[str]]]:
    """Return the states of a kind as their reader reads them, each word once, with the states that it stands for."""
    found: dict[str, list[str]] = {}
    for state in kinds.spec_of(kind).table.whole.states:
        found.setdefault(word_of(kind, str(state), actor).label, []).append(str(state))
    return list(found.items())


def word_for(case: Case, actor: Actor | None) -> StateWord:
    """Return the present state of a case in the words of its reader; the card alone tells."""
    return word_of(case.kind, case.state, actor)
