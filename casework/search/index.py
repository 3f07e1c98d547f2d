"""The words of each case and the database's index over them: kept with each step, written anew by a chore.

What the index is on either engine: casework/search/token_index.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction

from casework.kinds import worded
from casework.models import Case, Words
from casework.search.bigram_counts import count_bigrams
from casework.search.bigrams import bigrams
from casework.search.token_index import INDEXES, TokenIndex
from ui.search import plain

if TYPE_CHECKING:
    from casework.workflow.engine import Recorded

WORDS = TokenIndex(Words._meta.db_table, "case_id", "words")
INDEXES.append(WORDS)
TABLE, INDEX = WORDS.table, WORDS.name
LEAST_FIGURES = 3  # a run of figures as long as this is a year or a number somebody looks for; "3 份" is not


def row_of(case: Case) -> Words:
    """Return the row a case is found by (unsaved)."""
    text = plain(f"{case.number or ''}\n{case.title}\n{worded()[case.kind](case)}")
    tokens = [f"u{case.unit_id}", *([f"k{case.topic_id}"] if case.topic_id else []), *sorted(looked_for(text))]
    return Words(case=case, tokens=" ".join(tokens), text=text)


def looked_for(text: str) -> set[str]:
    """Return the tokens the index keeps of a text: short figures stand in every text and find nothing."""
    return {token for token in bigrams(text) if len(token) >= LEAST_FIGURES or not token.isdigit()}


def keep_words(recorded: Recorded) -> None:
    """Write the words of a case when it is opened or corrected, in the same transaction (a hook of the engine)."""
    if recorded.case.kind in worded() and recorded.event.name in {"open", "amend"}:
        store([row_of(recorded.case)])


def store(rows: Sequence[Words]) -> None:
    """Write rows, over those that are there."""
    Words.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case"], update_fields=["tokens", "text"])


def has_index() -> bool:
    """Say whether the index stands."""
    return WORDS.stands()


def rebuild(
    progress: Callable[[int, int], None] | None = None, keep: Callable[[Iterable[Any]], None] | None = None
) -> int:
    """Write the words of every case anew, a thousand at a time, each batch a transaction of its own; return how many.

    It may be interrupted and begun again. `progress` is told (done, of how many), `keep` given the rows that are not
    what they are written over with.
    """
    kinds = worded()
    cards = Case.objects.filter(kind__in=kinds).order_by("pk")
    of = cards.count()
    done = 0
    loose = Words.objects.exclude(case__in=cards)
    if keep:
        keep(loose.values("case_id", "text").order_by("case_id"))
    loose.delete()
    for batch in _batches(
        cards.prefetch_related(*(kind for kind in kinds if hasattr(Case, kind))).iterator(1000), 1000
    ):
        with transaction.atomic():
            rows = [row_of(case) for case in batch]
            if keep:
                keep(_otherwise(rows))
            store(rows)
        done += len(batch)
        if progress:
            progress(done, of)
    count_bigrams()
    return done


def _otherwise(rows: list[Words]) -> list[Any]:
    """Return what stands there now where it is not what these rows say."""
    said = {row.case_id: row.text for row in rows}
    there = Words.objects.filter(case__in=said).order_by("case_id").values("case_id", "text")
    return [row for row in there if row["text"] != said[row["case_id"]]]


def _batches(rows: Iterator[Case], size: int) -> Iterator[list[Case]]:
    while batch := list(islice(rows, size)):
        yield batch
