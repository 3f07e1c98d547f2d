"""In how many texts each bigram stands, counted piece by piece.

Neither the texts nor their bigrams are ever in memory all at once (docs/data.md C).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F

from casework.models import Bigram, Words
from casework.querysets import key_pieces

TEXTS = 2_000  # texts a piece
TABLE = Bigram._meta.db_table
ADD = (
    f"insert into {TABLE} (token, n, n_so_far) values (%s, 0, %s) "  # noqa: S608  the table's name is our own
    f"on conflict (token) do update set n_so_far = {TABLE}.n_so_far + excluded.n_so_far"
)


def count_bigrams() -> int:
    """Count all of them now; return how many different ones there are.

    At night it is done in the pieces of a night (casework/jobs).
    """
    begin()
    for keys in key_pieces(Words.objects.all(), TEXTS):
        count_piece(keys)
    return finish()


def begin() -> None:
    """Forget what a count left that did not come to its end."""
    Bigram.objects.exclude(n_so_far=0).update(n_so_far=0)


@transaction.atomic
def count_piece(keys: Sequence[int]) -> None:
    """Add the texts of these keys to the count under way. "" counts the texts themselves."""
    counted = Counter({"": len(keys)})
    for tokens in Words.objects.filter(pk__in=keys).order_by("pk").values_list("tokens", flat=True):
        counted.update(tokens.split(" "))
    with connection.cursor() as cursor:
        cursor.executemany(ADD, sorted(counted.items()))


@transaction.atomic
def finish() -> int:
    """Put the new count in place of the old one; return the number of different bigrams."""
    Bigram.objects.update(n=F("n_so_far"), n_so_far=0)
    Bigram.objects.filter(n=0).exclude(token="").delete()
    Bigram.objects.get_or_create(token="")
    return Bigram.objects.exclude(token="").count()
