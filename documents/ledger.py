"""A ledger: its columns declared once, for the screen, the export and the blank template. One file each in documents/ledgers/."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from organizations.actor import Actor
from ui.columns import Column, Edit


@dataclass(frozen=True)
class LedgerColumn:
    """One column.

    Attributes:
        item: number of the item in the regulation's list of columns (docs/domain/process.md 2.2); several columns may belong to one.
        value: from a row to what is shown and exported.
        computed: the system derives it, so a template does not ask for it.
        on_screen: shown in the list; `cell` draws it, `sort` makes it sortable.
    """

    item: int
    name: str
    label: str
    value: Callable[[Any], Any]
    required: bool = False
    computed: bool = False
    help: str = ""
    choices: tuple[str, ...] = ()
    parse: Callable[[str], Any] = str
    width: int = 14
    kind: Literal["text", "number", "date"] = "text"
    on_screen: bool = False
    cell: Callable[[Any, Any], SafeString] | None = None
    sort: tuple[str, ...] = ()
    is_title: bool = False

    def shown(self) -> Column:
        return Column(
            self.name,
            self.label,
            self.value,
            cell=self.cell,
            sort=self.sort,
            width=self.width,
            kind=self.kind,
            is_title=self.is_title,
            screen=self.on_screen,
        )

    def asked(self) -> Column:
        return replace(self.shown(), help=self.help, parse=self.parse, edit=Edit(self.required, self.choices))


@dataclass(frozen=True)
class Ledger:
    """A ledger.

    Attributes:
        rows: from the actor to the rows in his scope.
        with_all: adds what the export needs beyond the screen.
        filterset, search: conditions of the screen; the export keeps to them.
    """

    name: str
    title: str
    purpose: str
    order_in_list: int
    columns: tuple[LedgerColumn, ...]
    rows: Callable[[Actor], QuerySet[Any]]
    with_all: Callable[[QuerySet[Any]], QuerySet[Any]]
    order: tuple[str, ...]
    to: Callable[[Actor], bool]
    filterset: Any = None
    search: Callable[[QuerySet[Any], str, Actor], QuerySet[Any]] | None = None

    @property
    def screen(self) -> list[Column]:
        return [column.shown() for column in self.columns if column.on_screen]

    @property
    def export(self) -> list[Column]:
        return [column.shown() for column in self.columns]

    @property
    def template(self) -> list[Column]:
        return [column.asked() for column in self.columns if not column.computed]


def numbered(rows: Iterable[Any]) -> Iterator[Any]:
    """Give each row its number in the sheet, as `serial`."""
    for n, row in enumerate(rows, 1):
        row.serial = n
        yield row


@cache
def ledgers() -> dict[str, Ledger]:
    """Return every ledger by name, in order, found at start.

    Raises:
        ValueError: a file has no LEDGER of its own name, or two columns of a ledger share a name or a label.
    """
    import documents.ledgers as package

    found: dict[str, Ledger] = {}
    for module in pkgutil.iter_modules(package.__path__):
        ledger: Ledger = importlib.import_module(f"{package.__name__}.{module.name}").LEDGER
        if ledger.name != module.name:
            raise ValueError(f"ledgers/{module.name}.py holds the ledger {ledger.name}")
        for names in ([c.name for c in ledger.columns], [c.label for c in ledger.columns]):
            if len(set(names)) < len(names):
                raise ValueError(f"ledger {ledger.name} has a column twice")
        found[ledger.name] = ledger
    return dict(sorted(found.items(), key=lambda pair: pair[1].order_in_list))
