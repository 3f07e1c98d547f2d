"""Which tables stand on the page of all figures, with which lines.

Some figures are cut short there, and what is left out is said as a rest.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.dashboards import oracle_figures as should
from tests.dashboards.oracle import Ask, Expected, Line, Trail

ONLY_BY_ITSELF = ("长期坚持", "中止", "撤销、改派", "反馈")  # columns that stand on a figure's own page only
TOPICS, CAMPAIGNS = 6, 10  # lines on the board; one more is shown rather than a rest of one


def _short(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cells.items() if name not in ONLY_BY_ITSELF}


def _weight(line: Line) -> tuple[int, int]:
    return -len(line.cells["整改逾期"]), -len(line.cells["反馈"])


def _cut(trail: Trail, ask: Ask, whole: Expected, most: int, rest: str, *, worst: bool) -> Expected:
    """Leave so many lines, the first, or those with most overdue (then the largest), and put all others together."""
    lines = whole.lines
    shown = lines
    if len(lines) > most + 1:
        ranked = sorted(lines, key=_weight) if worst else lines
        labels = {line.label for line in ranked[:most]}
        shown = [line for line in lines if line.label in labels]
    others = [line for line in lines if line not in shown]
    found = [Line(line.label, _short(line.cells)) for line in shown]
    if others:
        among = {pk for line in others for pk in line.cells["反馈"]}
        left = [card for card in trail.cards(ask) if card.pk in among]
        found.append(Line(rest.format(len(others)), _short(should.league(left, ask)), opens=False))
    return Expected(found, _short(whole.total or {}))


def by_unit(trail: Trail, ask: Ask) -> Expected:
    """One line a county, the departments together."""
    whole, units, groups = should.by_unit(trail, ask), trail.units, defaultdict(list)
    for card in trail.cards(ask):
        groups[units.root(card.unit)].append(card)
    counties = {units.name(pk) for pk in groups if units.is_county(pk)}
    others = [line for line in whole.lines if line.label not in counties]
    lines = [line for line in whole.lines if line.label in counties] + (others if len(others) == 1 else [])
    if len(others) > 1:
        cards = [card for pk, some in groups.items() if not units.is_county(pk) for card in some]
        lines.append(Line("市直部门", should.league(cards, ask, with_month=True)))
    return Expected([Line(line.label, _short(line.cells)) for line in lines], _short(whole.total or {}))


def on_board(trail: Trail, ask: Ask) -> dict[str, Expected]:
    """Return the tables by their titles; without clues there is no table of them.

    Months lie on their side under a drawing, which is compared itself.
    """
    topics, campaigns, clues = (
        figure(trail, ask) for figure in (should.by_topic, should.by_campaign, should.clues_done)
    )
    found = {
        "整改逾期未销号": should.overdue_by_age(trail, ask),
        "各县（区）与市直部门": by_unit(trail, ask),
        "各领域": _cut(trail, ask, topics, TOPICS, "其他 {} 个领域", worst=True),
        "各次督察": _cut(trail, ask, campaigns, CAMPAIGNS, "更早的 {} 次督察", worst=False),
    }
    return found | ({"线索办结": clues} if clues.lines else {})
