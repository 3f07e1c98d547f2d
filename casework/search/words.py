"""Word search and similar findings, the same answers on both engines (data.md C).

Everything rests on the bigrams of a text, made here. The database's index only answers "which texts hold these tokens"; ranking is done in Python.
Without an index (an SQLite without FTS5, another database) the same answers come from LIKE and from the newest texts, only slower.
"""

# ruff: noqa: S608 - the names in the statements are our own constants; what a person typed is always a parameter

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import DatabaseError, connection, connections, router, transaction
from django.db.models import BooleanField, F, Func, Q, QuerySet

from casework.models import Bigram, Case, Words
from casework.querysets import scope
from organizations.models import Unit

if TYPE_CHECKING:
    from casework.workflow.engine import Recorded
    from organizations.actor import Actor

RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-z0-9]+")
TABLE, INDEX = Words._meta.db_table, f"{Words._meta.db_table}_index"
LEARN = f"insert into {INDEX}(rowid, tokens) values (new.case_id, new.tokens)"
FORGET = f"insert into {INDEX}({INDEX}, rowid, tokens) values ('delete', old.case_id, old.tokens)"
INSTALL = {
    "sqlite": (
        f"create virtual table if not exists {INDEX} using fts5(tokens, content='{TABLE}', content_rowid='case_id', tokenize='unicode61', detail=none)",
        f"create trigger if not exists words_insert after insert on {TABLE} begin {LEARN}; end",
        f"create trigger if not exists words_delete after delete on {TABLE} begin {FORGET}; end",
        f"create trigger if not exists words_update after update on {TABLE} begin {FORGET}; {LEARN}; end",
    ),
    # tokens become lexemes as they are, whatever the server's locale: no parser in between
    "postgresql": (
        f"create index if not exists {INDEX} on {TABLE} using gin (array_to_tsvector(string_to_array(tokens, ' ')))",
    ),
}
STANDS = {
    "sqlite": f"select count(*) from sqlite_master where name = '{INDEX}'",
    "postgresql": f"select count(*) from pg_class where relname = '{INDEX}'",
}
BUDGET, MOST_TOKENS, NEWEST, BEST = 3_000, 30, 2_000, 50
GIN = "array_to_tsvector(string_to_array(tokens, ' '))"
ONE_TOKEN = {
    "sqlite": f"select {{}} as n, rowid as id from {INDEX} where {INDEX} match %s order by rowid desc limit {BUDGET // 3}",
    "postgresql": f"select {{}} as n, case_id as id from {TABLE} where {GIN} @@ %s::tsquery order by case_id desc limit {BUDGET // 3}",
}

SOURCES: dict[
    str, Callable[[Case], str]
] = {}  # kind -> the text of a case; filled by higher floors in AppConfig.ready()


class Similar(NamedTuple):
    """A case with a text like the typed one: share in common (0 to 1), and the stretches both have, for marking."""

    share: float
    case: Case
    common: tuple[str, ...]


def plain(text: str) -> str:
    """Return a text as it is compared: half-width, lower case, one space for every gap; rare characters stay."""
    return re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFKC", text).lower()).strip()


def bigrams(text: str) -> list[str]:
    """Return overlapping pairs of each run of Chinese characters, and other words whole."""
    found: list[str] = []
    for run in RUN.findall(plain(text)):
        found += [run[:60]] if run.isascii() or len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def telling(text: str) -> set[str]:
    """Return the bigrams that tell something: no bare figures."""
    return {token for token in bigrams(text) if not token.isdigit()}


def row_of(case: Case) -> Words:
    """Return the row a case is found by (unsaved)."""
    text = plain(f"{case.number or ''}\n{case.title}\n{SOURCES[case.kind](case)}")
    tokens = [f"u{case.unit_id}", *([f"k{case.topic_id}"] if case.topic_id else []), *sorted(telling(text))]
    return Words(case=case, tokens=" ".join(tokens), text=text)


def keep_words(recorded: Recorded) -> None:
    """Write the words of a case when it is opened or corrected, in the same transaction (a hook of the engine)."""
    if recorded.case.kind in SOURCES and recorded.event.name in {"open", "amend"}:
        store([row_of(recorded.case)])


def store(rows: Sequence[Words]) -> None:
    """Write rows, over those that are there."""
    Words.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case"], update_fields=["tokens", "text"])


# ---------- word search ----------


class Holds(Func):
    """The condition that a row of Words holds all the tokens, asked of the index."""

    output_field = BooleanField()

    def __init__(self, query: dict[str, str]) -> None:
        self.query = query
        super().__init__(F("case_id"), F("tokens"))

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} in (select rowid from {INDEX} where {INDEX} match %s)", (*params, self.query["sqlite"])

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[1])
        return f"array_to_tsvector(string_to_array({column}, ' ')) @@ %s::tsquery", [*params, self.query["postgresql"]]


def asked(tokens: Iterable[str], prefixes: Iterable[str] = ()) -> dict[str, str]:
    """Return the question "all of these" in the words of each engine; tokens hold nothing but letters, figures and Chinese characters."""
    whole, begun = list(tokens), list(prefixes)
    return {
        "sqlite": " AND ".join([f'"{t}"' for t in whole] + [f'"{t}"*' for t in begun]),
        "postgresql": " & ".join([f"'{t}'" for t in whole] + [f"'{t}':*" for t in begun]),
    }


def find(rows: QuerySet[Any], words: str, *, key: str = "pk", unit: str = "unit") -> QuerySet[Any]:
    """Return the rows whose case holds every word (typed with spaces between); a word may also be part of the unit's name.

    Args:
        rows: any queryset, already in scope.
        key: from a row to the primary key of the case that has words: "pk" for findings, "finding_id" for rectifications,
            "rectification__finding_id" for cards of rectifications.
        unit: from a row to its unit; "" where a unit's name does not count.
    """
    asked_for = plain(words).replace("\n", " ").split()[:10]
    named = _units_named(asked_for) if unit and asked_for else {}
    texts = [word for word in asked_for if word not in named]
    if texts:
        rows = rows.filter(**{f"{key}__in": _holding(texts)})
    for word, ids in named.items():
        rows = rows.filter(Q(**{f"{unit}__in": ids}) | Q(**{f"{key}__in": _holding([word])}))
    return rows


def _units_named(words: Sequence[str]) -> dict[str, list[int]]:
    """Return, for each word that is part of a unit's name, the ids of these units."""
    named = [word for word in words if len(word) > 1]
    condition = reduce(
        or_, (Q(short_name__icontains=word) | Q(names__short_name__icontains=word) for word in named), Q(pk__in=())
    )
    rows = Unit.objects.filter(condition).order_by("pk").values_list("pk", "short_name", "names__short_name")
    found: dict[str, list[int]] = {}
    for pk, *names in rows:
        for word in named:
            if any(word in plain(name or "") for name in names) and pk not in found.setdefault(word, []):
                found[word].append(pk)
    return {word: ids for word, ids in found.items() if ids}


def _holding(words: Sequence[str]) -> QuerySet[Any, Any]:
    """Return the ids of the cases whose texts hold all these words."""
    condition = Q()
    whole: list[str] = []
    prefixes: list[str] = []
    for word in words:
        tokens = [token for token in bigrams(word) if len(token) > 1 and not token.isdigit()]
        if [word] != tokens or word.isascii():  # more than the index can say: look into the text too
            condition &= Q(text__contains=word)
        # a word of letters may be typed half: "zx0" finds ZX02
        half = [tokens.pop()] if tokens and tokens[-1].isascii() and word.endswith(tokens[-1]) else []
        whole, prefixes = whole + tokens, prefixes + half
    found = Words.objects.filter(condition)
    if (whole or prefixes) and has_index():
        found = found.filter(Holds(asked(whole, prefixes)))
    else:
        found = found.filter(*(Q(text__contains=token) for token in whole))
    return found.order_by().values("case_id")


# ---------- similar findings ----------


def similar(
    text: str,
    actor: Actor,
    *,
    unit_id: int | None = None,
    topic_id: int | None = None,
    top: int = 5,
    leave_out: int | None = None,
) -> list[Similar]:
    """Return the cases in the actor's scope whose texts are most like this one, best first.

    Args:
        unit_id, topic_id: only this unit's, only this topic's. `leave_out`: the case being written itself.
    """
    mine = telling(text)
    if len(mine) < 3:  # two or three characters are like everything
        return []
    counted = dict(Bigram.objects.filter(token__in=[*mine, ""]).values_list("token", "n"))
    total = counted.pop("", 0)
    scope = [f"u{unit_id}"] * bool(unit_id) + [f"k{topic_id}"] * bool(topic_id)
    rows = _in_scope(actor, unit_id, topic_id)
    if total and has_index() and not _is_narrow(actor):
        rows = rows.filter(case_id__in=_likely(mine, counted, total, scope))
    else:
        rows = rows.order_by("-case_id")[:NEWEST]
    return _ranked([row for row in rows if row.case_id != leave_out], mine, counted, max(total, len(rows)), top)


def _in_scope(actor: Actor, unit_id: int | None, topic_id: int | None) -> QuerySet[Words]:
    narrowed = {"case__unit_id": unit_id, "case__topic_id": topic_id}
    rows = Words.objects.filter(scope(actor, "case__"), **{key: value for key, value in narrowed.items() if value})
    return rows.select_related("case__unit", "case__within")


def _is_narrow(actor: Actor) -> bool:
    """Somebody who sees only what was granted: all of it is ranked, because the index knows no grants."""
    return not (actor.is_office or actor.role == "city_leader")


def _likely(mine: set[str], counted: dict[str, int], total: int, scope: Sequence[str]) -> list[int]:
    """Return the ids of the best candidates: those that share the rarest tokens, reading at most BUDGET index entries whatever the size of the table."""
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
    sql = " union all ".join(f"select * from ({one.format(n)}) t{n}" for n, _ in enumerate(chosen)) + f" limit {BUDGET}"
    score: Counter[int] = Counter()
    with db.cursor() as cursor:
        cursor.execute(sql, [asked([*scope, token])[db.vendor] for token in chosen])
        for n, pk in cursor.fetchall():
            score[pk] += int(1000 * math.log(1 + total / counted[chosen[n]]))
    return [pk for pk, _ in sorted(score.items(), key=lambda item: (-item[1], -item[0]))[:BEST]]


def _ranked(rows: Sequence[Words], mine: set[str], counted: dict[str, int], total: int, top: int) -> list[Similar]:
    """Rank by Dice's coefficient over all bigrams, each weighing what its rarity says; what has less than a tenth in common is no likeness."""

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


def marked(text: str, common: Iterable[str]) -> list[tuple[str, bool]]:
    """Cut a text into (piece, is it common) so that a template can mark what two texts share."""
    both = set(common)
    flags = [False] * len(text)
    folded = unicodedata.normalize("NFKC", text).lower()
    if len(folded) == len(text):
        for i in range(len(text) - 1):
            if folded[i : i + 2] in both:
                flags[i] = flags[i + 1] = True
    pieces: list[tuple[str, bool]] = []
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or flags[i] != flags[start]:
            pieces.append((text[start:i], flags[start]))
            start = i
    return pieces


# ---------- upkeep ----------


def install() -> None:
    """Put the index up; harmless when it stands. Run after every migrate, as the trail's triggers are. A database without the means goes without."""
    for statement in INSTALL.get(connection.vendor, ()):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            return


_standing: set[str] = set()


def has_index() -> bool:
    """Say whether the index stands; once seen it is not asked again."""
    db = connections[router.db_for_read(Words)]
    if db.vendor not in _standing and db.vendor in STANDS:
        with db.cursor() as cursor:
            cursor.execute(STANDS[db.vendor])
            if cursor.fetchone()[0]:
                _standing.add(db.vendor)
    return db.vendor in _standing


def rebuild(progress: Callable[[int, int], None] | None = None) -> int:
    """Write the words of every case anew, a thousand at a time, each batch a transaction of its own; return how many.

    It may be interrupted and begun again. `progress` is told (done, of how many).
    """
    cards = Case.objects.filter(kind__in=SOURCES).order_by("pk")
    of = cards.count()
    done = 0
    Words.objects.exclude(case__in=cards).delete()
    for batch in _batches(cards.prefetch_related(*SOURCES).iterator(1000), 1000):
        with transaction.atomic():
            store([row_of(case) for case in batch])
        done += len(batch)
        if progress:
            progress(done, of)
    count_bigrams()
    return done


def count_bigrams() -> int:
    """Count in how many texts each token stands (the nightly job); return the number of tokens kept."""
    counted: Counter[str] = Counter()
    n = 0
    for tokens in Words.objects.order_by("case_id").values_list("tokens", flat=True).iterator(2000):
        counted.update(tokens.split(" "))
        n += 1
    rows = [Bigram(token=token, n=count) for token, count in counted.items()]
    with transaction.atomic():
        Bigram.objects.all().delete()
        Bigram.objects.bulk_create([Bigram(token="", n=n), *rows], batch_size=2000)
    return len(rows)


def _batches(rows: Iterator[Case], size: int) -> Iterator[list[Case]]:
    while batch := list(islice(rows, size)):
        yield batch
