"""What a unit reads beside its own rate: the city's, and its own place among its like, who are not named.

Places are by rate alone, never by how much was found (docs/domain/results.md 5.2).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dashboards.cube.dimensions import GROUP, GROUPS, UNIT
from dashboards.cube.measures import CLOSURE
from dashboards.cube.ratios import Share
from dashboards.cube.reading import Wanted, read
from dashboards.cube.sources import CARDS

if TYPE_CHECKING:
    from dashboards.board.range import Range


class City(NamedTuple):
    """The city's closure rate, and where the unit stands.

    Attributes:
        among: how many units of the same group have something to rectify; their `group` in words.
        place: 1 for the highest rate; None where the unit has nothing to rectify.
        is_shared: another has the same rate.
        is_few: somebody's rate is of so few that it does not compare.
    """

    whole: Share
    group: str = ""
    among: int = 0
    place: int | None = None
    is_shared: bool = False
    is_few: bool = False

    @property
    def where(self) -> str:
        """Say the unit's place; nothing where it has none."""
        if self.place is None:
            return ""
        shared, few = "并列" if self.is_shared else "", "；件数少，仅供参考" if self.is_few else ""
        place = f"{shared}第 {self.place} 位"
        return f"；{self.among} 个有应整改问题的{self.group}中{place}（按销号率，其他单位不列名{few}）"


def city_of(found: Range, seals: frozenset[str]) -> City | None:
    """Return what the whole city comes to under the conditions of the page; the office and leaders read it anyway."""
    labels = found.labels
    if not labels.actor.is_inspected:
        return None
    everybody = {dimension: keys for dimension, keys in found.selection.filters.items() if dimension is not UNIT}
    selection = replace(found.selection, filters=everybody)
    cube = read(selection, [Wanted(CARDS), Wanted(CARDS, (UNIT,))], soon=found.soon, seals=seals)
    counts = cube.by(UNIT, labels)
    whole = CLOSURE.value(cube.whole())
    own = labels.root(labels.actor.unit_id)
    group = GROUP.fold(labels, own) if GROUP.fold else ""
    rates = {
        int(key): share
        for key, count in counts.items()
        if (share := CLOSURE.value(count)).of and labels.is_county(int(key)) == labels.is_county(own)
    }
    if own != labels.actor.unit_id or own not in rates:
        return City(whole)
    mine = rates[own]
    higher = sum(share.n * mine.of > mine.n * share.of for share in rates.values())
    equal = sum(share.n * mine.of == mine.n * share.of for share in rates.values())
    return City(whole, GROUPS[group], len(rates), higher + 1, equal > 1, any(share.is_few for share in rates.values()))
