"""Two days side by side, and what changed between them, as the very rows: from what each card was on either day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.dashboards import oracle_figures as should
from tests.dashboards.oracle import (
    APART,
    CLOSED,
    GONE,
    TICKING,
    Ask,
    Card,
    Expected,
    Line,
    Share,
    Trail,
    pks,
    share_text,
)


def side(cards: Iterable[Card], on: date) -> dict[str, Any]:
    """Return what one day shows, by the words of its line."""
    cards = list(cards)

    def in_time(due: Any) -> Share:
        closed = [c for c in cards if should.is_closed(c)]
        late = [c.pk for c in cards if c.late(on, due(c)) > 0]
        return Share([c.pk for c in closed if c.shut and c.shut <= due(c)], sorted([c.pk for c in closed] + late))

    return {
        "反馈": pks(cards),
        "应整改": pks(cards, should.is_base),
        "已销号": pks(cards, should.is_closed),
        "未销号": pks(cards, lambda c: c.standing in TICKING),
        "整改逾期未销号": should.overdue(cards, on),
        "长期坚持": pks(cards, lambda c: c.state == "long_term"),
        "中止": pks(cards, lambda c: c.state == "suspended"),
        "撤销、改派": pks(cards, lambda c: c.standing == GONE),
        "销号率": should.closure(cards),
        "完成率": should.completion(cards),
        "按期率": in_time(lambda c: c.due),
        "按期率（原时限）": in_time(lambda c: c.original),
    }


def changed(now: Any, then: Any) -> str | None:
    """Say the difference: of counts how many more, of rates how many points, as both are written."""
    if isinstance(now, Share):
        if not now.of or not then.of:
            return None
        after, before = (Decimal(share_text(len(s.n), len(s.of)).removesuffix("%")) for s in (now, then))
        return in_points(after - before)
    more = len(now) - len(then)
    return f"多 {more}" if more > 0 else f"少 {-more}" if more else "没有变化"


def in_points(change: Decimal) -> str:
    return f"{'上升' if change > 0 else '下降'} {abs(change):.1f} 个百分点" if change else "没有变化"


def numbers(trail: Trail, ask: Ask, since: date) -> Expected:
    now, then = side(trail.cards(ask), ask.on), side(trail.cards(ask, since), since)
    cells = {
        name: {str(since): then[name], str(ask.on): value, "变化": changed(value, then[name])}
        for name, value in now.items()
    }
    return Expected([Line(name, line) for name, line in cells.items()])


def changes(trail: Trail, ask: Ask, since: date) -> Expected:
    """What each card became that it was not: 新反馈, 新销号, 新增整改逾期 ..."""
    now = {card.pk: card for card in trail.cards(ask)}
    then = {card.pk: card for card in trail.cards(ask, since)}
    late, was_late = set(should.overdue(now.values(), ask.on)), set(should.overdue(then.values(), since))
    off, was_off = ({pk for pk, card in cards.items() if card.standing in (APART, GONE)} for cards in (now, then))
    before = {pk: told[1] for pk in now if (told := trail.rectifications[pk].on(since))}
    lines = {
        "新反馈": [pk for pk, card in now.items() if card.opened > since],
        "新销号": [pk for pk, card in now.items() if card.standing == CLOSED and card.shut and card.shut > since],
        "新增整改逾期": late - was_late,
        "不再整改逾期": (was_late - late) & now.keys(),
        "时限延后": [pk for pk, card in now.items() if pk in before and card.due > before[pk]],
        "转为长期坚持、中止或撤销、改派": off - was_off,
        "恢复整改": (was_off - off) & now.keys(),
    }
    return Expected([Line(label, {"个": sorted(rows)}) for label, rows in lines.items()])
