"""Cases whose texts are alike.

The index names candidates, the ranking is done in Python: the same answers on both engines (docs/data.md C).
"""

# ruff: noqa: S608 - the names in the statements are our own constants; what a person typed is always a parameter

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.db import connections, router
from django.db.models import QuerySet

from casework.models import Bigram, Case, Words
from casework.querysets import scope
from casework.search import index
from casework.search.bigrams import telling
from casework.search.token_index import asked
from organizations.enums import Sees

if TYPE_CHECKING:
    from organizations.actor import Actor

BUDGET, MOST_TOKENS, NEWEST, BEST = 3_000, 30, 2_000, 50
ONE_TOKEN = {
    "sqlite": (
        f"select {{}} as n, rowid as id from {index.INDEX} where {index.INDEX} match %s "  # nosec B608  # own names
        f"order by rowid desc limit {BUDGET // 3}"
    ),
    # "+ 0": by the GIN index, whatever the planner thinks of walking the primary key backwards
    "postgresql": (
        f"select {{}} as n, case_id as id from {index.TABLE} where vector @@ %s::tsquery "  # nosec B608  # own names
        f"order by case_id + 0 desc limit {BUDGET // 3}"
    ),
}


class Similar(NamedTuple):
    """A case with a text like the typed one: share in common (0 to 1), and the stretches both have, for marking."""

    share: float
    case: Case
    common: tuple[str, ...]


def similar(
    text: str,
    actor: Actor,
    kind: str,
    *,
    unit_id: int | None = None,
    topic_id: int | None = None,
    top: int = 5,
    leave_out: int | None = None,
) -> list[Similar]:
    """Return the cases of a kind in the actor's scope whose texts are most like this one, best first.

    Args:
        unit_id, topic_id: only this unit's, only this topic's. `leave_out`: the case being written itself.
    """
    mine = telling(text)
    if len(mine) < 3:  # two or three characters are like everything
        return []
    counted = dict(Bigram.objects.filter(token__in=[*mine, ""], n__gt=0).values_list("token", "n"))
    total = counted.pop("", 0)
    scope = [f"u{unit_id}"] * bool(unit_id) + [f"k{topic_id}"] * bool(topic_id)
    rows = _in_scope(actor, kind, unit_id, topic_id)
    if total and index.has_index() and not _is_narrow(actor):
        rows = rows.filter(case_id__in=_likely(mine, kind, counted, total, scope))
    else:
        rows = rows.order_by("-case_id")[:NEWEST]
    return _ranked([row for row in rows if row.case_id != leave_out], mine, counted, max(total, len(rows)), top)


def _in_scope(actor: Actor, kind: str, unit_id: int | None, topic_id: int | None) -> QuerySet[Words]:
    narrowed = {"case__kind": kind, "case__unit_id": unit_id, "case__topic_id": topic_id}
    rows = Words.objects.filter(scope(actor, "case__"), **{key: value for key, value in narrowed.items() if value})
    return rows.select_related("case__unit", "case__within")


def _is_narrow(actor: Actor) -> bool:
    """Somebody who sees only what was granted: all of it is ranked, because the index knows no grants."""
    return actor.standing.sees not in {Sees.EVERYTHING, Sees.ALL_OPEN}


def _likely(mine: set[str], kind: str, counted: dict[str, int], total: int, scope: Sequence[str]) -> list[int]:
    """Return the ids of the best candidates of a kind: those that share the rarest tokens.

    It reads at most BUDGET index entries, whatever the size of the table.
    """
    chosen: list[str] = []
    spent = 0
    for token in sorted(mine & set(counted), key=lambda token: (counted[token], token)):
        spent += counted[token] + 1
        if chosen and (spent > BUDGET or len(chosen) == MOST_TOKENS):
            break
        chosen.append(token)
    if not chosen:
        return []
    db = connections[router.db_for_read(Words)]
    one = ONE_TOKEN[db.vendor]
    pieces = (f"select * from ({one.format(n)}) t{n}" for n, _ in enumerate(chosen))  # nosec B608  # numbers
    sql = f"{' union all '.join(pieces)} limit {BUDGET}"
    score: Counter[int] = Counter()
    with db.cursor() as cursor:
        cursor.execute(sql, [asked([*scope, token])[db.vendor] for token in chosen])
        for n, pk in cursor.fetchall():
            score[pk] += int(1000 * math.log(1 + total / counted[chosen[n]]))
    best = [pk for pk, _ in sorted(score.items(), key=lambda item: (-item[1], -item[0]))][: 4 * BEST]
    of_kind = set(Case.objects.filter(pk__in=best, kind=kind).order_by().values_list("pk", flat=True))
    return [pk for pk in best if pk in of_kind][:BEST]


def _ranked(rows: Sequence[Words], mine: set[str], counted: dict[str, int], total: int, top: int) -> list[Similar]:
    """Rank by Dice's coefficient over all bigrams, each weighing what its rarity says.

    What has less than a tenth in common is no likeness.
    """

    def weight(tokens: Iterable[str]) -> float:
        return sum(math.log(1 + total / counted.get(token, 1)) for token in tokens)

    whole = weight(mine)
    found = []
    for row in rows:
        theirs = telling(row.text.partition("\n")[2])
        both = mine & theirs
        share = 2 * weight(both) / ((whole + weight(theirs)) or 1)
        if share >= 0.1:
            found.append((round(share, 4), row, both))
    found.sort(key=lambda item: (-item[0], -item[1].case_id))
    return [Similar(share, row.case, tuple(sorted(both))) for share, row, both in found[:top]]
