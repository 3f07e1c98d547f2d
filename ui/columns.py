"""A column of a list, declared once: screen, sorting, export read the same line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        value: from a row to what is shown; also what is exported unless `export` is given.
        cell: from a row and its reader to the cell as HTML; plain text otherwise.
        sort: order_by fields; none means not sortable.
        wide: dropped on a phone. `inline`: stands there beside its neighbours, without its label. `screen=False`: only in the export.
        long: cut at the end of its line, so that it does not make the table wide; the whole of it is its title.
    """

    name: str
    label: str
    value: Callable[[Any], Any]
    cell: Callable[[Any, Any], SafeString] | None = None
    sort: tuple[str, ...] = ()
    export: Callable[[Any], Any] | None = None
    width: int = 14
    kind: Literal["text", "number", "date"] = "text"
    wide: bool = False
    inline: bool = False
    long: bool = False
    screen: bool = True
    is_title: bool = False

    @property
    def short(self) -> str:
        """The label a phone has room for: its first clause."""
        return self.label.partition("，")[0]

    def exported(self, row: Any) -> Any:
        """Return the plain value for a sheet."""
        return (self.export or self.value)(row)
