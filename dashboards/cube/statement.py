"""The text of the one statement that counts a page: its parts end to end, after the rows that several of them count.

Written by the ORM, but for what it cannot say: a grouped count over rows that were read once for several (a common
table expression).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Case as Either
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, When

if TYPE_CHECKING:
    from dashboards.cube.reading import Wanted

MOST_PARTS = 400  # SQLite joins at most 500 end to end
Text = tuple[str, tuple[Any, ...]]  # of a question, with its parameters
KEYS = ("key", "other", "word", "state")
AXES = ("part", *KEYS, "n")  # columns of every part, besides its sums


class Part(NamedTuple):
    """A grouped count: rows, the keys, the column of the state, how many there are, sums by name.

    Attributes:
        which: of the rows, those that this group counts.
        shared: names the rows, where other groups count them too: parts of one name have the same `rows` and `state`.
    """

    wanted: Wanted
    rows: QuerySet[Any]
    keys: tuple[Any, ...]
    state: str = ""
    n: Any = None
    sums: dict[str, Any] = {}
    which: Q = Q()
    shared: str = ""


def texts(alias: str, names: tuple[str, ...], parts: list[Part]) -> Iterator[Text]:
    """Yield the statement that counts these parts into columns of these names; more than one where they are many."""
    quote = connections[alias].ops.quote_name
    times = Counter(part.shared for part in parts)
    readings: dict[str, Text] = {}
    found: list[tuple[str, Text]] = []
    for part in parts:
        is_shared = bool(part.shared) and times[part.shared] > 1
        try:
            if is_shared and part.shared not in readings:
                rows = _read_once([one for one in parts if one.shared == part.shared])
                readings[part.shared] = rows.query.get_compiler(alias).as_sql()
            counted = _from_reading(part, quote) if is_shared else _grouped(part).query.get_compiler(alias).as_sql()
        except EmptyResultSet:  # a unit without anything to see
            continue
        columns = ", ".join(_columns(part, names, quote))
        text = f"select {columns} from ({counted[0]}) one_part"  # noqa: S608 (names of ours)
        found.append((part.shared if is_shared else "", (text, counted[1])))
    for at in range(0, len(found), MOST_PARTS):
        yield _joined(found[at : at + MOST_PARTS], readings)


def _joined(parts: list[tuple[str, Text]], readings: dict[str, Text]) -> tuple[str, tuple[Any, ...]]:
    """Return parts end to end, after the readings that they share."""
    shared = sorted({name for name, _ in parts if name})
    first = ", ".join(f"{name} as ({readings[name][0]})" for name in shared)
    whole = [*(readings[name] for name in shared), *(text for _, text in parts)]
    sql = (f"with {first} " if first else "") + " union all ".join(sql for _, (sql, _) in parts)
    return sql, tuple(value for _, params in whole for value in params)


def _read_once(parts: list[Part]) -> QuerySet[Any]:
    """Return the rows that these parts share, with what each of them counts by, sums and leaves out."""
    columns: dict[str, Any] = {"r_state": F(parts[0].state)}
    for part in parts:
        keys = part.keys
        if part.which:
            columns[f"w_{_name_of(part)}"] = Either(When(part.which, then=1), default=0)
            keys = tuple(Either(When(part.which, then=key)) for key in keys)  # a month or days are worked out for these
        columns |= dict(zip(_keys_read(part), keys, strict=True))
        columns |= {f"r_{name}": _of_a_row(value) for name, value in part.sums.items()}
    return parts[0].rows.order_by().annotate(**columns).values(*columns)


def _of_a_row(value: Any) -> Any:
    """Return what one row adds to a sum."""
    return Either(When(value.filter, then=value.get_source_expressions()[0]), default=0)


def _name_of(part: Part) -> str:
    return "_".join(one.name for one in part.wanted.by)


def _keys_read(part: Part) -> list[str]:
    """Return how the keys of a part are called where its rows are read for several parts."""
    own = f"{_name_of(part)}_" if part.which else ""
    return [f"k_{own}{one.name}" for one in part.wanted.by]


def _from_reading(part: Part, quote: Any) -> Text:
    """Return the grouped count of a part over the rows that were read once for several."""
    counted = part._replace(
        keys=tuple(map(quote, _keys_read(part))), sums={name: f"sum({quote(f'r_{name}')})" for name in part.sums}
    )
    places = _column_names(counted) | {"state": quote("r_state"), "n": "count(*)"}
    columns = ", ".join(f"{value} as {quote(f's_{name}')}" for name, value in places.items())
    only = f" where {quote(f'w_{_name_of(part)}')} = 1" if part.which else ""
    keys = ", ".join(value for name, value in places.items() if name in KEYS)
    return f"select {columns} from {part.shared}{only} group by {keys}", ()  # noqa: S608 (names of ours)


def _columns(part: Part, names: tuple[str, ...], quote: Any) -> Iterator[str]:
    """Say each column of the statement by its name: what a part does not count is nothing."""
    has = _column_names(part)
    for name in names:
        if name == "part":
            value = f"'{part.wanted.name}'"
        elif name in {"word", "state"}:
            value = quote(f"s_{name}") if name in has else "''"
        else:  # a sum of sums is of another type on PostgreSQL
            value = f"cast({quote(f's_{name}')} as bigint)" if name in has else "0"
        yield f"{value} as {quote(name)}"


def _column_names(part: Part) -> dict[str, Any]:
    """Return what a part counts, by the name of the column."""
    places: dict[str, Any] = {}
    for dimension, key in zip(part.wanted.by, part.keys, strict=True):
        places["word" if dimension.is_text else "other" if "key" in places else "key"] = key
    if part.state:
        places["state"] = F(part.state)
    return places | {"n": Count("*") if part.n is None else part.n} | part.sums


def _grouped(part: Part) -> QuerySet[Any]:
    columns = {f"s_{name}": value for name, value in _column_names(part).items()}
    axes = {name: value for name, value in columns.items() if name.removeprefix("s_") in KEYS}
    sums = {name: value for name, value in columns.items() if name not in axes}
    rows = part.rows.filter(part.which).order_by()
    rows = rows.annotate(**axes) if axes else rows.annotate(s_all=Value(1, IntegerField()))
    return rows.values(*(axes or ("s_all",))).annotate(**sums).values(*axes, *sums)
