"""A column, declared once: screen, sheet, blank template, import and admin read the same line (docs/extending.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Literal

from django.utils import timezone
from django.utils.safestring import SafeString

from ui.dates import monthday

NOTHING = ("无", "不适用")  # written where there is nothing to write: the same as an empty cell


@dataclass(frozen=True)
class Edit:
    """How people fill a column in: it then stands in the blank template, and an import reads it.

    Attributes:
        choices: the words allowed, offered in the template as a list.
        aliases: other names under which offices head this column.
    """

    required: bool = False
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        get: from a row to its value, typed: a day is a date, a number a number. Every place shows this one.
        cell: from a row and its reader to the cell as HTML; without it the page writes the value in plain words.
        differs: why the page says something else than the sheet, where it does.
        empty: what the page says where there is no value.
        kind: `date` is short on the page (10-29), `day` is written in full, `moment` with its time.
        sort: order_by fields; none means not sortable.
        rights: who may see the column at all, a claim about the actor; none means whoever sees the row.
        edit, parse: how it is filled in, and from a cell's text to the value (a ValueError says how to mend it).
        help: what to write there, in the blank template.
        screen, sheet: where it stands unasked; the admin shows what the page shows.
        rank: on the page lower ones come first; a sheet keeps the order of the declaration.
        wide: dropped on a phone. `inline`: stands there beside its neighbours, without its label.
        long: cut at the end of its line, so that it does not make the table wide; the whole of it is its title.
    """

    name: str
    label: str
    get: Callable[[Any], Any]
    cell: Callable[[Any, Any], SafeString] | None = None
    sort: tuple[str, ...] = ()
    parse: Callable[[str], Any] = str
    edit: Edit | None = None
    help: str = ""
    rights: Callable[[Any], bool] | None = None
    width: int = 14
    kind: Literal["text", "number", "date", "day", "moment"] = "text"
    empty: str = "—"
    differs: str = ""
    wide: bool = False
    inline: bool = False
    long: bool = False
    screen: bool = True
    sheet: bool = True
    rank: int = 0
    is_title: bool = False

    @property
    def short(self) -> str:
        """The label a phone has room for: its first clause."""
        return self.label.partition("，")[0]

    @property
    def is_required(self) -> bool:
        return self.edit is not None and self.edit.required

    @property
    def choices(self) -> tuple[str, ...]:
        return self.edit.choices if self.edit else ()

    @property
    def offered(self) -> tuple[str, ...]:
        """The words a cell of a fixed choice may hold: also those that say there is nothing to say."""
        return self.choices if self.is_required or not self.choices else (*self.choices, *NOTHING)

    @property
    def how(self) -> str:
        """How it is filled in: template, page and reader say the same."""
        said = self.help or "、".join(self.choices) or "照实填写"
        return said if self.is_required else f"{said}（没有的空着，或填{'、'.join(NOTHING)}）"

    def says_nothing(self, text: str) -> bool:
        """Tell whether a cell's text stands for an empty cell; what must be filled in is not filled in by it."""
        return text in NOTHING and text not in self.choices

    def is_for(self, actor: Any) -> bool:
        """Tell whether this reader may see the column, wherever it stands."""
        return self.rights is None or bool(self.rights(actor))

    def words(self, row: Any) -> str:
        """Return the value as the page writes it in plain words."""
        return written(self.get(row), self.kind) or self.empty

    def through(self, name: str) -> Column:
        """Return the column for rows that hang on what it reads: `STATE.through("case")` reads `row.case`."""
        reached, get, cell = attrgetter(name), self.get, self.cell
        return replace(
            self,
            get=lambda row: get(reached(row)),
            cell=None if cell is None else lambda row, actor: cell(reached(row), actor),
            sort=tuple(f"{name}__{field}" for field in self.sort),
        )

    def renamed(self, label: str, **changes: Any) -> Column:
        """Return the column under another heading."""
        return replace(self, label=label, **changes)


def written(value: Any, kind: str = "text") -> str:
    """Write a value in words; nothing for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime) and kind == "moment":
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):  # a day may also be said in words: 2026-12-31 并长期坚持
        return monthday(value) if kind == "date" else f"{value:%Y-%m-%d}"
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return str(value)


def on_screen(columns: Iterable[Column], actor: Any) -> list[Column]:
    """Return the columns of a page for its reader."""
    shown = [column for column in columns if column.screen and column.is_for(actor)]
    return sorted(shown, key=lambda column: column.rank)


def in_sheet(columns: Iterable[Column], actor: Any) -> list[Column]:
    """Return the columns of a sheet for whom it is written."""
    return [column for column in columns if column.sheet and column.is_for(actor)]


def filled_in(columns: Iterable[Column], actor: Any = None) -> list[Column]:
    """Return the columns that people fill in: a blank template has them, an import reads them; without an actor all."""
    return [column for column in columns if column.edit is not None and (actor is None or column.is_for(actor))]
