"""The circuits of every kind over which each line of its table shows every form it has.

A line depends on the facts that it and its states name, and on no others: so its forms are met over the sets of these,
and a further fact adds as many circuits as its own lines have forms, where the product of all facts would double.
"""

from __future__ import annotations

from itertools import combinations

from casework import kinds
from casework.kinds import KindSpec
from casework.workflow.circuits import Circuit

Facts = frozenset[str]


def sets_of(facts: Facts) -> set[Facts]:
    return {Facts(chosen) for n in range(len(facts) + 1) for chosen in combinations(sorted(facts), n)}


def circuits_of(spec: KindSpec) -> list[Circuit]:
    """Return the circuits of a kind: that of a case without any fact first, that of one with all of them last."""
    table = spec.table
    named = [table.bearing_on(line) for line in table.whole.transitions]
    named += [when.facts for when in table.starts_when.values()]
    found = {Facts(), Facts(table.facts)}.union(*map(sets_of, named))
    return [table.circuit(facts) for facts in sorted(found, key=lambda facts: (len(facts), sorted(facts)))]


def every_circuit() -> list[Circuit]:
    return [circuit for spec in kinds.all_kinds() for circuit in circuits_of(spec)]
