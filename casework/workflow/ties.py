"""What hangs on a state is tied to it: a date, a reason, rows that must be there.

A constraint of the database ties what stands in one table. State and content stand in two, so each circuit says which
of its cards would be nonsense; every write of the engine looks at its card before it ends, and the night looks at all
of them. docs/architecture.md lists both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q

from casework.models import Case
from casework.workflow.circuits import Circuit, Tie, all_circuits
from ui.errors import DomainError

if TYPE_CHECKING:
    from django.db.models import QuerySet


def refuse_nonsense(case: Case, circuit: Circuit) -> None:
    """Undo a write after which the card and its content do not go together.

    Raises:
        DomainError: what does not.
    """
    if not circuit.ties:
        return
    card = Case.objects.filter(pk=case.pk).order_by("pk")
    if card.filter(reduce(or_, (tie.wrong for tie in circuit.ties))).exists():
        broken = [tie.sentence for tie in circuit.ties if card.filter(tie.wrong).exists()]
        raise DomainError(f"没有保存：{'；'.join(broken)}")


def nonsense(keys: Iterable[int]) -> Iterator[str]:
    """Yield a sentence for each of these cards whose state and content do not go together."""
    rows: QuerySet[Case] = Case.objects.filter(pk__in=list(keys)).order_by("pk")
    for circuit in all_circuits():
        of_kind = rows.filter(kind=circuit.kind)
        for tie in (*circuit.ties, _known_and_open(circuit)):
            for pk, number in of_kind.filter(tie.wrong).values_list("pk", "number"):
                yield f"卡片 {pk}（{number or '未编号'}）：{tie.sentence}"


def _known_and_open(circuit: Circuit) -> Tie:
    """A card is open just when its state is not terminal; the state is one of its kind."""
    is_terminal = Q(state__in=circuit.terminal)
    unknown = ~Q(state__in=[str(state) for state in circuit.states])
    return Tie(
        "open_until_terminal",
        (Q(is_open=True) & is_terminal) | (Q(is_open=False) & ~is_terminal) | unknown,
        "状态与是否办结不一致",
    )
