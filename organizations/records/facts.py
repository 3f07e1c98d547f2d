"""Which rows count as fact and are recorded, and what of them (qingyang_inspect/covered.py declares them)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models

_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode


@dataclass(frozen=True)
class Fact:
    """A model whose rows are recorded.

    Args:
        label: as `app_label.Model`.
        card: the way from the row to the key of the case it belongs to; empty where it belongs to none.
        besides: columns that are no fact: what the machine keeps for its own convenience.
        called: its word, where the library that brings it has none of ours.
    """

    label: str
    card: str = ""
    besides: frozenset[str] = frozenset()
    called: str = ""

    @cached_property
    def model(self) -> Any:
        return apps.get_model(self.label)

    @property
    def word(self) -> str:
        return self.called or str(self.model._meta.verbose_name)

    @cached_property
    def columns(self) -> tuple[models.Field[Any, Any], ...]:
        fields = self.model._meta.concrete_fields
        return tuple(f for f in fields if not f.primary_key and f.attname not in self.besides)

    @cached_property
    def links(self) -> tuple[models.ManyToManyField[Any, Any], ...]:
        """The lists that belong to the row itself: the evidence of a measure, the assisting units of a finding."""
        return tuple(
            f
            for f in self.model._meta.local_many_to_many
            if f.remote_field.through._meta.auto_created and f.name not in self.besides
        )

    def rows(self, using: str) -> Any:
        return self.model._base_manager.using(using).order_by("pk")

    def read(self, rows: Any) -> dict[int, tuple[str, int | None]]:
        """Return, by key, the digest of each of these rows as it stands in the database, and its card.

        Args:
            rows: a queryset of the model, in order of the key.
        """
        asked = list(rows.values_list("pk", *(field.attname for field in self.columns), self.card or "pk"))
        linked = self._linked([row[0] for row in asked], rows.db) if asked else {}
        return {
            pk: (self._digest(values, linked.get(pk, {})), card if self.card else None) for pk, *values, card in asked
        }

    def _linked(self, keys: list[int], using: str) -> Mapping[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for field in self.links:
            ours, theirs = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
            through: Any = field.remote_field.through
            pairs = through._base_manager.using(using).filter(**{f"{ours}__in": keys})
            for pk, other in pairs.order_by(ours, theirs).values_list(ours, theirs):
                found.setdefault(pk, {}).setdefault(field.name, []).append(other)
        return found

    def _digest(self, values: Iterable[Any], linked: Mapping[str, Any]) -> str:
        """Return 64 hex digits over a row. What is empty or the default is left out: a new column changes no digest."""
        said = {f.attname: plain(v) for f, v in zip(self.columns, values, strict=True) if not _is_unsaid(f, v)}
        return hashlib.sha256(_written(said | dict(linked)).encode()).hexdigest()


def plain(value: Any) -> Any:
    """Return a value as both databases, and a dump, keep it: moments in UTC to the millisecond."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, date) else value


def _is_unsaid(field: models.Field[Any, Any], value: Any) -> bool:
    return value in (None, "") or (field.has_default() and value == field.get_default())


@dataclass(frozen=True)
class Held:
    """A table that holds a fact: its own, where `column` is its key, or one of its links, where it points there."""

    fact: Fact
    column: str


_facts: dict[str, Fact] = {}
_held: dict[Any, Held] = {}


def register(*facts: Fact) -> None:
    """Have the rows of models recorded; the wiring does so in AppConfig.ready()."""
    _facts.update({fact.label: fact for fact in facts})


def held_in(model: Any) -> Held | None:
    """Return which fact the rows of a model hold, or None. The models of a migration are others, and hold none."""
    if not _held and _facts:
        for fact in all_facts():
            _held[fact.model] = Held(fact, fact.model._meta.pk.attname)
            _held.update({f.remote_field.through: Held(fact, f"{f.m2m_field_name()}_id") for f in fact.links})
    return _held.get(model)


def all_facts() -> list[Fact]:
    return [_facts[label] for label in sorted(_facts)]
