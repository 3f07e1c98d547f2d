"""Who may take each step stands in docs/rights.csv; the circuits do just that.

The sheet is written from the regulations and signed by the office.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from casework import kinds
from tests.circuits import circuits_of, every_circuit, sets_of
from tests.rights.comparing import faults
from tests.rights.people import Scene, scenes
from tests.rights.sheet import CONDITIONS, KINDS, RECUSALS, corrections, rights

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(made_once: Callable[[Callable[[], Any]], Any]) -> dict[str, Scene]:
    made: dict[str, Scene] = made_once(scenes)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_the_circuits_do_what_the_office_signs(kind: str, people: dict[str, Scene]) -> None:
    """Over the facts that lines name together, and over those that rows of the sheet name together."""
    spec = kinds.spec_of(KINDS[kind])
    of_rows = [sets_of(frozenset(row.facts)) for row in rights() if row.kind == kind]
    signed = [spec.table.circuit(facts) for facts in set().union(*of_rows)]
    circuits = {id(circuit): circuit for circuit in (*circuits_of(spec), *signed)}.values()

    assert list(faults(kind, circuits, people[kind])) == []


def test_every_kind_with_a_circuit_has_its_rights() -> None:
    assert {str(circuit.kind) for circuit in every_circuit()} == set(KINDS.values())
    assert {row.kind for row in rights()} == set(KINDS)
    # what was issued or answered is not written anew: a problem of the whole city stands in its programme
    assert {row.kind for row in corrections()} == set(KINDS) - {"督察反馈", "市级整改方面", "对标认领"}


def test_every_right_is_of_use_and_names_its_ground() -> None:
    """A row for facts that no circuit has, or that says the same as another, would be signed for nothing."""
    facts = {kind: {frozenset(c.facts) for c in every_circuit() if c.kind == code} for kind, code in KINDS.items()}

    assert [row.code for row in rights() if not any(row.holds(some) for some in facts[row.kind])] == []
    assert [row.code for row in rights() if not row.basis] == []
    for kind, combinations in facts.items():
        for some in combinations:
            codes = [row.code for row in rights() if row.kind == kind and row.holds(some)]
            assert len(codes) == len(set(codes))


def test_every_word_of_the_sheet_is_used() -> None:
    used = {name for row in rights() for name in (*row.conditions, *row.recusals)}

    assert used == {*CONDITIONS.values(), *RECUSALS.values()}
