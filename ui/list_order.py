"""How the rows of a list are put in order: by the column asked for, else as the list declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from ui.columns import Column

if TYPE_CHECKING:
    from ui.lists import ListSpec


def sorting(asked: str, spec: ListSpec, actor: Any) -> tuple[Column | None, bool]:
    """Return the column that an address asks for, such as -due, and whether it descends."""
    descending, name = asked.startswith("-"), asked.removeprefix("-")
    column = next((c for c in spec.columns if c.name == name and c.sort and c.is_for(actor)), None)
    return column, descending and column is not None


def ordered(rows: QuerySet[Any], column: Column | None, descending: bool, spec: ListSpec) -> QuerySet[Any]:
    """Put rows in order; what is equal stands by the list's own last field."""
    if column is None:
        return rows.order_by(*spec.order)
    fields = [_turned(f) if descending else f for f in column.sort]
    return rows.order_by(*fields, spec.order[-1])


def _turned(order: str) -> str:
    return order[1:] if order.startswith("-") else f"-{order}"
