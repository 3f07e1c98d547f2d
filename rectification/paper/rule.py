"""What a rule of 纸面整改 is: one declaration, in a file of its own under `rules/`.

A rule looks at what one case has filed and at what others had filed before it; it warns whoever judges, and refuses
nothing. Whether it warns, and from where on, is data of the office (`PaperRule`).
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from casework.models import Attachment, Case
from rectification.models import Measure, PaperRule
from rectification.paper.filing import Filing

MOST_OF_ONE = 5  # warnings of one rule about one file or text: the likest ones


class Setting(NamedTuple):
    """How a rule is set: by the office, else as it was declared."""

    is_on: bool
    threshold: int
    words: tuple[str, ...]


class Found(NamedTuple):
    """What a rule found: about which file or measure, its twin, and what was compared, in plain values."""

    said: Mapping[str, Any] = {}
    file: Attachment | None = None
    measure: Measure | None = None
    twin: Case | None = None
    twin_file: Attachment | None = None
    part: str = ""

    def key(self, rule: str) -> str:
        """Return what names it among the warnings of a case: the same thing found again is the same warning."""
        about = (self.file, self.measure if self.file is None else None, self.twin, self.twin_file)
        return ":".join((rule, self.part, *(str(one.pk) if one is not None else "" for one in about)))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        title: what it is called; `compares`: what it looks at, said to whoever switches it.
        says: a sentence to the reviewer. {file}, {measure} and what `said` holds are put in; {twin} is the other case
            as far as the reader may know it.
        find: the warnings of a filing.
        is_on, threshold, words: as it stands until the office sets it otherwise. `limit`: what the threshold means.
    """

    name: str
    title: str
    compares: str
    says: str
    find: Callable[[Filing, Setting], Iterable[Found]]
    order: int
    is_on: bool = True
    threshold: int | None = None
    limit: str = ""
    words: tuple[str, ...] = field(default=())


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by name, in order.

    Raises:
        ValueError: a file has no RULE of its own name, or two share a place.
    """
    import rectification.paper.rules as package

    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(package.__path__):
        rule: Rule = importlib.import_module(f"{package.__name__}.{module.name}").RULE
        if rule.name != module.name or any(rule.order == other.order for other in found.values()):
            raise ValueError(f"paper/rules/{module.name}.py: not a rule of this name and of a place of its own")
        found[rule.name] = rule
    return dict(sorted(found.items(), key=lambda pair: pair[1].order))


def settings() -> dict[str, Setting]:
    """Return how each rule is set now."""
    rows = {row.name: row for row in PaperRule.objects.order_by("name")}
    return {name: _set(rule, rows.get(name)) for name, rule in rules().items()}


def _set(rule: Rule, row: PaperRule | None) -> Setting:
    if row is None:
        return Setting(rule.is_on, rule.threshold or 0, rule.words)
    words = tuple(filter(None, re.split(r"[\s、，,]+", row.words)))
    return Setting(row.is_on, rule.threshold or 0 if row.threshold is None else row.threshold, words)


def find(filing: Filing) -> Iterator[tuple[Rule, Found]]:
    """Give what the rules that are on find."""
    set_so = settings()
    for name, rule in rules().items():
        if set_so[name].is_on:
            yield from ((rule, found) for found in rule.find(filing, set_so[name]))
