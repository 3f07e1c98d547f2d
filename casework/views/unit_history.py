"""What the page of a unit shows of its cases: the newest of every kind, and who holds those under way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from casework.columns import HOLDER, OPENED, STATE, STEP_DUE, titled
from casework.deadlines.remaining import held_for
from casework.kinds import KindSpec, all_kinds, works_on_cases
from casework.models import Case
from casework.views.kinds import list_of
from organizations.models import Unit
from organizations.pages import UnitSection
from organizations.requests import ActorRequest
from ui.columns import on_screen
from ui.counting import COUNT_CAP, CappedPaginator
from ui.list_choosing import choose
from ui.list_rows import draw_rows

SHOWN = 6
COLUMNS = (*titled("事项", "事项"), STATE, HOLDER, STEP_DUE, OPENED)
HOLDERS, KINDS = 20, 30  # where they stand among the sections of the page


class Held(NamedTuple):
    """Cases in one unit's hands: how many, how long the oldest, the list of them."""

    holder: str
    n: int
    longest: str
    url: str


def sections(request: ActorRequest, unit: Unit) -> Iterator[UnitSection]:
    """Give the sections; administrators see no business content."""
    if not works_on_cases(request.actor):
        return
    held = who_holds(request, unit)
    if held:
        yield UnitSection(HOLDERS, "casework/unit_holders.html", {"held": held})
    without = []
    for spec in all_kinds():
        if not spec.listing.to(request.actor) or not _asks_for_unit(spec):
            continue
        found = CappedPaginator(rows_of_unit(request, spec, unit), SHOWN, COUNT_CAP)
        if found.count:
            shown = _shown(request, spec, unit, found)
            yield UnitSection(KINDS + spec.listing.order_in_bar, "casework/unit_cases.html", shown)
        elif spec.listing.stands_in_bar(request.actor) and not spec.listing.under:
            without.append(spec.label)
    if without and unit.is_inspected:
        yield UnitSection(KINDS + 99, "casework/unit_without.html", {"kinds": without})


def _asks_for_unit(spec: KindSpec) -> bool:
    conditions: Any = spec.listing.filterset
    return conditions is not None and "unit" in conditions.base_filters


def rows_of_unit(request: ActorRequest, spec: KindSpec, unit: Unit) -> QuerySet[Any]:
    """Return the rows of a kind's list under the condition of this unit: those that its link opens, newest first."""
    asked = choose(request, list_of(spec), QueryDict(f"unit={unit.pk}"))
    return asked.rows.order_by("-opened_on", "-pk")


def _shown(request: ActorRequest, spec: KindSpec, unit: Unit, found: CappedPaginator) -> dict[str, Any]:
    cards = Case.objects.with_holder().filter(pk__in=[row.pk for row in found.page(1)])
    rows = cards.select_related("unit", *spec.related).order_by("-opened_on", "-pk")
    columns = on_screen(COLUMNS, request.actor)
    return {
        "kind": spec.name,
        "title": spec.label,
        "count": found.count,
        "is_capped": found.is_capped,
        "url": spec.listing.url(unit=unit.pk),
        "columns": columns,
        "rows": draw_rows(rows, columns, list_of(spec), request.actor, pick=""),
    }


def who_holds(request: ActorRequest, unit: Unit) -> list[Held]:
    """Return in whose hands the unit's open cases lie, the most first, and what lies in its own hands of all cases."""
    seen = Case.objects.visible_to(request.actor)
    search = reverse("search")
    theirs = seen.filter(unit_id__in=unit.family_ids()).by_holder()
    found = [Held(name, n, held_for(since), f"{search}?unit={unit.pk}&held_by={pk}") for pk, name, n, since in theirs]
    of_all = seen.filter(holder_unit=unit).by_holder()
    if [n for _, _, n, _ in of_all] != [one.n for one in found if one.holder == unit.short_name]:
        label = f"{unit.short_name}（连同别的单位的件）"
        found += [Held(label, n, held_for(since), f"{search}?held_by={pk}") for pk, _, n, since in of_all]
    return found
