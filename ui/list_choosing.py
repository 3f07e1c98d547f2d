"""Which rows of a list fit the conditions of an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from ui.requests import asker
from ui.texts import clean_text

if TYPE_CHECKING:
    from ui.lists import ListSpec

MOST_WORDS = 100  # characters of a search


@dataclass(frozen=True)
class Chosen:
    """The rows that fit the conditions of an address, and `all` that the reader may see."""

    all: QuerySet[Any]
    rows: QuerySet[Any]
    filterset: Any
    words: str

    @property
    def is_valid(self) -> bool:
        return self.filterset is None or bool(self.filterset.is_valid())


def choose(request: HttpRequest, spec: ListSpec, params: QueryDict) -> Chosen:
    """Return the rows that fit `params`.

    A condition that cannot be read fits no row, and is said on top and at its field: all rows would pass for an answer.
    """
    actor = asker(request)
    whole = rows = spec.rows(actor)
    words = clean_text(params.get("q", ""))[:MOST_WORDS]
    if words and spec.search:
        rows = spec.search(rows, words, actor)
    filterset: Any = spec.filterset(_said(params), queryset=rows, request=request) if spec.filterset else None
    if filterset is not None:
        rows = filterset.qs if filterset.is_valid() else rows.none()
    return Chosen(whole, rows, filterset, words)


def _said(params: QueryDict) -> QueryDict:
    """Return the parameters in which something is said: an empty one is no condition."""
    said = QueryDict(mutable=True)
    for name, values in params.lists():
        said.setlist(name, [value for value in values if value.strip()])
    return said
