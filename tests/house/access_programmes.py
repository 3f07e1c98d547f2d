"""Who may open the pages of programmes (市级整改工作方案): rows of access.py.

The office and the leaders see a programme whole; a unit is asked, and answers for itself.
"""

from __future__ import annotations

from typing import Any

from organizations.enums import BUSINESS, INSPECTED, OFFICE, Role
from tests.house.access_row import NOBODY, Row
from tests.house.world import Side
from tests.programmes import claim_of

STAFF = frozenset({Role.OFFICE_STAFF})
SEES = OFFICE | {Role.CITY_LEADER}


def of_programme(side: Side) -> tuple[Any, ...]:
    return (side.programme.pk,)


def of_young_programme(side: Side) -> tuple[Any, ...]:
    return (side.young_programme.pk,)


def of_claim(side: Side) -> tuple[Any, ...]:
    return (claim_of(side.programme, side.unit).pk,)


def a_claim(side: Side) -> dict[str, Any]:
    aspect = side.programme.aspects.get(n=1)
    demands = [demand.pk for demand in aspect.demands.all()]
    return {f"a{aspect.pk}": demands, "why": "其余不涉及", "seen": claim_of(side.programme, side.unit).last_seq}


def an_edited_programme(side: Side) -> dict[str, Any]:
    rows = {"aspects-TOTAL_FORMS": "0", "aspects-INITIAL_FORMS": "0"}
    by = side.young_programme.claim_by.isoformat()
    return {"title": "改过的方案", "claim_by": by, "purpose": "", "seen": side.young_programme.case.last_seq} | rows


def a_drafted_programme(side: Side) -> dict[str, Any]:
    return an_edited_programme(side) | {"within": side.campaign.pk, "seen": ""}


PROGRAMMES = (
    Row("programmes", SEES),
    Row("programme", SEES, of_programme, SEES),
    Row("programme", OFFICE, of_young_programme, OFFICE),  # a draft is a working paper
    Row("programme-new", STAFF, writes=STAFF, sends=a_drafted_programme),
    Row("programme-edit", STAFF, of_young_programme, STAFF, writes=STAFF, sends=an_edited_programme),
    Row("programme-matrix", SEES, of_programme, SEES),
    Row("programme-remind", STAFF, of_programme, STAFF, writes=STAFF),
    Row("aspects", SEES),
    Row("aspect", SEES, lambda side: (side.programme.aspects.get(n=1).case_id,), SEES),
    Row("unitclaims", BUSINESS - {Role.HOTLINE_CLERK}),
    Row("unitclaim", SEES | INSPECTED, of_claim, SEES),
    Row("claim-answer", INSPECTED, of_claim, NOBODY, writes=INSPECTED, sends=a_claim),
)
