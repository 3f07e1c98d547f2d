"""Dimensions: by what the figures are divided and narrowed.

Each is declared once, here or in the file of the figure that needs it.

A key is a whole number, or a short text for a dimension with `is_text`; 0 (or "") stands for "none".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, IntegerField, Q
from django.db.models.functions import Cast

from casework.deadlines.sql_days import Days
from casework.enums import Severity
from dashboards.cube.labels import Labels
from dashboards.cube.periods import bounds, month_named, month_number
from dashboards.cube.sql_functions import Month
from inspections.enums import RectifyType
from organizations.enums import UnitCategory

Key = int | str
GROUPS = {"counties": "县（区）", "departments": "市直部门"}


def _in_order_of_keys(labels: Labels, keys: Iterable[Key]) -> list[Key]:
    return sorted(keys)


@dataclass(frozen=True, eq=False)
class Dimension:
    """One way to divide what is counted.

    Attributes:
        name: also the parameter of the address that narrows by it.
        column: on the card; `transform` makes the key of it where it is not the key itself.
        say: the words of a key.
        order: keys in the order in which they are shown; by key otherwise.
        is_label: small, and a column of every sealed cell: every other dimension can be crossed with it and narrowed by
            it for nothing.
        is_sealed: cells of finished periods are kept by it (dashboards.models.SealedCell.axis).
        of_ended: a fact of ended cards only; narrowing by it leaves no open card.
        base: the dimension that is counted in its stead; `fold` makes its key of the other's, `unfold` the other's keys
            of one of its own.
        read: a key from the address; raises ValueError or KeyError for what is none. A dimension without it does not
            narrow.
        write: a key as the address says it.
        prepare: reads the words of all keys that will be shown at once.
    """

    name: str
    label: str
    column: str
    say: Callable[[Labels, Any], str]
    order: Callable[[Labels, Iterable[Any]], list[Any]] = _in_order_of_keys
    transform: Callable[[str], Any] = F
    is_label: bool = False
    is_text: bool = False
    is_sealed: bool = False
    of_ended: bool = False
    base: Dimension | None = None
    fold: Callable[[Labels, Any], Any] | None = None
    unfold: Callable[[Labels, Any], Sequence[Any]] | None = None
    read: Callable[[Labels, str], Any] | None = None
    write: Callable[[Any], str] = str
    prepare: Callable[[Labels, Iterable[Any]], object] = lambda labels, keys: None

    @property
    def counted(self) -> Dimension:
        """The dimension by which the database counts: itself, or its base."""
        return self.base or self

    def key(self, prefix: str = "") -> Any:
        """Return the key as an expression on the card (or on a row that reaches it by `prefix`)."""
        return self.transform(prefix + self.column)

    def holds(self, keys: Sequence[Key], prefix: str = "") -> Q:
        """Return the condition that a card has one of these keys."""
        column, some = prefix + self.column, [key for key in keys if key != 0]
        among = Q(**{column: some[0]}) if len(some) == 1 == len(keys) else Q(**{f"{column}__in": some})
        return among | Q(**{f"{column}__isnull": True}) if 0 in keys else among

    def keys_of(self, labels: Labels, key: Any) -> tuple[Any, ...]:
        """Return the counted keys that are meant by one that is shown."""
        return tuple(self.unfold(labels, key)) if self.unfold else (key,)

    def narrows(self, key: Any) -> dict[str, str]:
        """Return what a line of this key adds to the range of the page."""
        return {self.name: self.write(key)} if self.read else {}


class LeadDimension(Dimension):
    """牵头 or 配合: 1 or 0, of a column that says yes or no."""

    def key(self, prefix: str = "") -> Any:
        return Cast(prefix + self.column, IntegerField())

    def holds(self, keys: Sequence[Key], prefix: str = "") -> Q:
        return Q(**{prefix + self.column: bool(keys[0])}) if len(set(keys)) == 1 else Q()

    def narrows(self, key: Any) -> dict[str, str]:
        return {"lead": "lead" if key else "assisting"}  # the page counts lead units when it is not told otherwise


class MonthDimension(Dimension):
    """A month as one number (periods.month_number) of a day on the card.

    Asked for by ranges of that day, which have an index.
    """

    def holds(self, keys: Sequence[Key], prefix: str = "") -> Q:
        found = Q(pk__in=())
        for key in keys:
            found |= Q(**{f"{prefix}{self.column}__range": bounds(month_named(int(key)))})
        return found

    def since(self, first: int, prefix: str = "") -> Q:
        return Q(**{f"{prefix}{self.column}__gte": date(first // 12, first % 12 + 1, 1)})


def _known(table: Callable[[Labels], Any], *, none: bool = False) -> Callable[[Labels, str], int]:
    """Return a reader of keys that stand in a table of the labels."""

    def read(labels: Labels, text: str) -> int:
        key = int(text)
        if key not in table(labels) and not (none and key == 0):
            raise ValueError(text)
        return key

    return read


def _own_unit(labels: Labels, text: str) -> int:
    """A unit narrows to units of its own, anybody else to any."""
    key, actor = int(text), labels.actor
    if key not in labels.units or (actor.is_inspected and key not in actor.unit_ids):
        raise ValueError(text)
    return key


def _word(words: Iterable[str]) -> Callable[[Labels, str], str]:
    def read(labels: Labels, text: str) -> str:
        return {str(word): str(word) for word in words}[text]

    return read


def _month(labels: Labels, text: str) -> int:
    if len(text) != 7:
        raise ValueError(text)
    return month_number(bounds(text)[0])


def _say_month(labels: Labels, key: int) -> str:
    return f"{key // 12} 年 {key % 12 + 1} 月"


def _listed(words: Sequence[str]) -> Callable[[Labels, Iterable[str]], list[str]]:
    return lambda labels, keys: sorted(keys, key=[*words, *keys].index)


UNIT = Dimension(
    "unit", "单位", "unit_id", lambda labels, key: labels.unit(key),
    order=lambda labels, keys: sorted(keys, key=[*labels.units, *keys].index), is_sealed=True,
    fold=lambda labels, key: labels.root(key), unfold=lambda labels, key: labels.family(key), read=_own_unit,
)  # fmt: skip
CATEGORY = Dimension(
    "category", "单位类别", "unit_id", lambda labels, key: str(UnitCategory(key).label) if key else "其他",
    order=_listed(UnitCategory.values), base=UNIT, fold=lambda labels, key: labels.category(key),
    unfold=lambda labels, key: labels.in_category(key), read=_word(UnitCategory),
)  # fmt: skip
GROUP = Dimension(
    "group", "县（区）或市直部门", "unit_id", lambda labels, key: GROUPS[key], order=_listed(list(GROUPS)), base=UNIT,
    fold=lambda labels, key: "counties" if labels.category(key) == UnitCategory.COUNTY else "departments",
    unfold=lambda labels, key: labels.group(key), read=_word(GROUPS),
)  # fmt: skip
TOPIC = Dimension(
    "topic", "领域", "topic_id", lambda labels, key: labels.topic(key),
    order=lambda labels, keys: sorted(keys, key=[*labels.topics, *keys].index), is_sealed=True,
    unfold=lambda labels, key: labels.topics_under(key) if key else (0,),
    read=_known(lambda labels: labels.topics, none=True),
)  # fmt: skip
CAMPAIGN = Dimension(
    "within", "督察", "within_id", lambda labels, key: labels.campaign(key),
    order=lambda labels, keys: sorted(keys, reverse=True), is_sealed=True,
    prepare=lambda labels, keys: labels.campaigns_of(key for key in keys if key),
    write=str, read=lambda labels, text: int(text),
)  # fmt: skip
SEVERITY = Dimension(
    "severity", "严重程度", "severity", lambda labels, key: str(Severity(key).label), is_label=True,
    read=lambda labels, text: int(Severity(int(text))),
)  # fmt: skip
LEAD = LeadDimension(
    "lead", "牵头或配合", "is_lead", lambda labels, key: "牵头单位" if key else "配合单位",
    order=lambda labels, keys: sorted(keys, reverse=True), is_label=True,
)  # fmt: skip
SUBKIND = Dimension(
    "type", "整改类型", "subkind", lambda labels, key: str(RectifyType(key).label) if key else "未分类型",
    order=_listed(RectifyType.values), is_label=True, is_text=True, read=_word(RectifyType),
)  # fmt: skip
OPENED = MonthDimension(
    "opened", "反馈月份", "opened_on", _say_month, transform=Month, is_sealed=True, read=_month, write=month_named,
)  # fmt: skip
ENDED = MonthDimension(
    "ended", "办结月份", "closed_on", _say_month, transform=Month, is_sealed=True, of_ended=True,
    read=_month, write=month_named,
)  # fmt: skip
DAYS = Dimension(
    "days", "用时", "closed_on", lambda labels, key: f"{key} 日", is_sealed=True, of_ended=True,
    transform=lambda column: Days(column, f"{column.removesuffix('closed_on')}opened_on"),
)  # fmt: skip
BEGUN = Dimension("begun", "自", "since", _say_month, transform=Month)
UNTIL = Dimension("until", "至", "since", _say_month, transform=Month)

STANDARD = (UNIT, CATEGORY, GROUP, TOPIC, CAMPAIGN, SEVERITY, LEAD, SUBKIND, OPENED, ENDED, DAYS)
LABELS = tuple(dimension for dimension in STANDARD if dimension.is_label)
