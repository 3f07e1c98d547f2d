"""Labels: what the figures call things: units and what belongs to them, topics, campaigns. Read once a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, JSONField, Q, QuerySet, Value

from casework.enums import Secrecy
from casework.models import Case, Topic
from clues.enums import CLUE
from inspections.enums import CampaignState, Kind
from inspections.models import Article
from organizations.actor import Actor
from organizations.enums import UnitCategory
from organizations.models import Unit
from organizations.models.unit import name_of_day
from rectification.models import RootCause
from ui import remembered

OFFERED = 40  # campaigns to choose from; older ones are reached from their own table


class UnitName(NamedTuple):
    pk: int
    name: str
    code: str
    category: str
    parent_id: int | None
    successor_id: int | None
    is_inspected: bool
    past_names: list[list[str]]

    @property
    def is_county(self) -> bool:
        return self.category == UnitCategory.COUNTY


class TopicName(NamedTuple):
    pk: int
    code: str
    name: str
    parent_id: int | None


class CampaignName(NamedTuple):
    pk: int
    title: str
    number: str | None
    year: int


@dataclass
class Labels:
    """Labels for one reader, each table read when it is first asked for.

    Attributes:
        on: the day that is asked about, whose names the units bear; the present ones until it is known.
    """

    actor: Actor
    on: date | None = None

    @cached_property
    def _both(self) -> list[tuple[Any, ...]]:
        """Units and topics, in one question, counties before the other units, each by code."""
        rows = remembered.tuples_of("units and topics", self._units_and_topics)
        return sorted(rows, key=lambda row: (row[3] != UnitCategory.COUNTY, row[2]))

    def _units_and_topics(self) -> QuerySet[Any, Any]:
        number, text = Value(None, BigIntegerField()), Value("", CharField())
        units = Unit.objects.exclude(category=UnitCategory.TEAM).order_by()
        topics = Topic.objects.order_by().annotate(
            s_category=text, s_into=number, s_inspected=Value(False), s_past=Value([], JSONField())
        )
        found = units.values_list(
            "pk",
            "short_name",
            "code",
            "category",
            "parent_id",
            "successor_id",
            "is_inspected",
            "past_names",
            Value("unit"),
        )
        return found.union(
            topics.values_list(
                "pk", "name", "code", "s_category", "parent_id", "s_into", "s_inspected", "s_past", Value("topic")
            ),
            all=True,
        )

    @cached_property
    def units(self) -> dict[int, UnitName]:
        return {row[0]: UnitName(*row[:8]) for row in self._both if row[8] == "unit"}

    @cached_property
    def topics(self) -> dict[int, TopicName]:
        return {
            pk: TopicName(pk, code, name, parent)
            for pk, name, code, _, parent, _, _, _, what in self._both
            if what == "topic"
        }

    @cached_property
    def causes(self) -> dict[int, str]:
        """Root causes in the order of the dictionary, those out of use too."""
        rows = remembered.tuples_of("root causes", lambda: RootCause.objects.order_by("code").values_list("pk", "name"))
        return dict(rows)

    @cached_property
    def articles(self) -> dict[int, str]:
        """The articles that findings cite out of the library, by how they are called, with the year of the version."""
        rows = Article.objects.filter(citations__isnull=False).distinct().select_related("version__basis")
        return {
            row.pk: f"《{row.version.basis.short_name}》{row.label}（{row.version.adopted_on:%Y} 版）"
            for row in rows.order_by("pk")
        }

    @cached_property
    def campaigns(self) -> dict[int, CampaignName]:
        """The newest of them, newest first."""
        units = self.actor.unit_ids if self.actor.is_inspected else None  # all that is asked depends on
        return _named(
            remembered.tuples_of(("campaigns", units), lambda: _to_name(self._known().order_by("-pk")[:OFFERED]))
        )

    def _known(self) -> QuerySet[Any]:
        """Campaigns under way or ended; to a unit, those in which something was fed back to it.

        No other card is named by its number.
        """
        rows = Case.objects.filter(
            kind=Kind.CAMPAIGN, state__in=[CampaignState.FIELDWORK, CampaignState.FEEDBACK, CampaignState.ENDED]
        )
        if not self.actor.is_inspected:
            return rows
        theirs = Case.objects.filter(
            Q(counted=True) | Q(kind=CLUE, secrecy=Secrecy.OPEN), unit_id__in=self.actor.unit_ids
        )
        return rows.filter(pk__in=theirs.order_by().values("within_id"))

    def campaigns_of(self, keys: Iterable[int]) -> dict[int, CampaignName]:
        """Return the names of these campaigns, newest first; one query when some are not among the newest."""
        wanted = set(keys)
        unread = wanted - set(self.campaigns) - set(self._older)
        if unread:
            found = _to_name(self._known().filter(pk__in=unread).order_by("-pk"))
            self._older.update(dict.fromkeys(unread) | _named(found))
        known = self.campaigns | self._older
        return {pk: name for pk in sorted(wanted, reverse=True) if (name := known.get(pk)) is not None}

    @cached_property
    def _older(self) -> dict[int, CampaignName | None]:
        """Those that were asked for by their key and are not among the newest; None is none of theirs."""
        return {}

    def chain(self, pk: int) -> list[int]:
        """Return a unit and what it belongs to now: what it was merged into, the inspected unit above it, and so on."""
        found: list[int] = []
        now: int | None = pk
        while now is not None and now in self.units and now not in found:
            found.append(now)
            unit = self.units[now]
            above = self.units.get(unit.parent_id) if unit.parent_id else None
            now = unit.successor_id or (above.pk if above is not None and above.is_inspected else None)
        return found or [pk]

    def root(self, pk: int) -> int:
        """Return the unit under which the figures of this one are shown."""
        return self.chain(pk)[-1]

    def family(self, pk: int) -> list[int]:
        """Return the ids of a unit, of those below it and of those merged into any of them."""
        return [unit for unit in self.units if pk in self.chain(unit)]

    def group(self, name: str) -> list[int]:
        """Return the ids of all counties, or of all other units."""
        return [unit for unit in self.units if self.units[self.root(unit)].is_county == (name == "counties")]

    def is_county(self, pk: int) -> bool:
        return pk in self.units and self.units[pk].is_county

    def campaign(self, pk: int) -> str:
        """Return the title of a campaign.

        What was found in none, or in one that is not to be named here, has a line of its own.
        """
        found = self.campaigns_of([pk]).get(pk) if pk else None
        return found.title if found else "不在所列督察批次" if pk else "未列督察批次"

    def campaign_note(self, pk: int) -> str:
        found = self.campaigns_of([pk]).get(pk) if pk else None
        return str(found.number or found.year) if found else ""

    def in_category(self, category: str) -> list[int]:
        """Return the ids of the units whose figures are shown under a unit of this category."""
        return [unit for unit in self.units if self.category(unit) == category]

    def category(self, pk: int) -> str:
        """Return the category of the unit under which the figures of this one are shown."""
        root = self.units.get(self.root(pk))
        return root.category if root else ""

    def topics_under(self, pk: int) -> list[int]:
        return [topic.pk for topic in self.topics.values() if pk in (topic.pk, topic.parent_id)]

    def topic(self, pk: int) -> str:
        return self.topics[pk].name if pk in self.topics else "未分类"

    def unit(self, pk: int) -> str:
        """Return the name that a unit bore on the day asked about."""
        if pk not in self.units:
            return "其他单位"
        found = self.units[pk]
        return name_of_day(found.name, found.past_names, self.on) if self.on else found.name


def _to_name(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.values_list("pk", "title", "number", "campaign__year")


def _named(rows: Iterable[tuple[Any, ...]]) -> dict[int, CampaignName]:
    return {row[0]: CampaignName(*row) for row in rows}
