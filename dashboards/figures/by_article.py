"""按条文: which articles are broken most, by what findings that were fed back cite out of the library of laws.

A finding may cite several, so citations are counted: each is a row of its own. The rest of the page is narrowed by an
article to what cites it, whichever of its articles that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from dashboards.cube.counts import Count
from dashboards.cube.dimensions import Dimension, Key
from dashboards.cube.labels import Labels
from dashboards.cube.measures import count_of
from dashboards.cube.row_sets import of_source
from dashboards.cube.selection import Selection
from dashboards.cube.sources import Slice, Source
from dashboards.declared.figure import Chart, Counted, Figure, Group
from inspections.models import Citation
from rectification.models import Rectification

CARD = "finding__case__"  # from a citation to the card of its finding
IN_THE_LIBRARY = Citation.objects.filter(cites__isnull=False).order_by("pk")


class ArticleDimension(Dimension):
    """The article of a citation; of a card, the first that its finding cites."""

    def key(self, prefix: str = "") -> Any:
        if prefix == CARD:
            return F("cites_id")
        first = IN_THE_LIBRARY.filter(finding=OuterRef(f"{prefix}rectification__finding"))
        return Subquery(first.values("cites_id")[:1])

    def holds(self, keys: Sequence[Key], prefix: str = "") -> Q:
        cites = IN_THE_LIBRARY.order_by().values("finding_id")
        found = Q(**{f"{prefix}rectification__finding__in": cites.filter(cites__in=[key for key in keys if key])})
        return found | ~Q(**{f"{prefix}rectification__finding__in": cites}) if 0 in keys else found


def _read(labels: Labels, text: str) -> int:
    if int(text) not in {0, *labels.articles}:
        raise ValueError(text)
    return int(text)


ARTICLE = ArticleDimension(
    "article", "条文", "cites_id", lambda labels, key: labels.articles.get(key, "没有引用条文库"), read=_read
)


def _citations(selection: Selection) -> tuple[Slice, ...]:
    """Citations of the findings whose lead unit's card is selected and was opened by the day; as they stand now."""
    cards = Rectification.objects.filter(
        selection.where("case__"), case__counted=True, case__is_lead=True, case__opened_on__lte=selection.on
    )
    rows = Citation.objects.filter(cites__isnull=False, finding__in=cards.order_by().values("finding_id"))
    return (Slice(rows.filter(cites__in=selection.filters[ARTICLE]) if ARTICLE in selection.filters else rows),)


CITATIONS = Source("citations", "引用的条文", "citation", CARD, _citations)
CITED = count_of(of_source(CITATIONS, "citations", "引用条文的问题"), "被引用")


def _most_first(counted: Counted, found: dict[Key, Count]) -> list[Group]:
    labels = counted.labels
    keys: Iterable[Any] = sorted(found, key=lambda key: (-found[key].total, ARTICLE.say(labels, key)))
    return [Group(str(key), ARTICLE.say(labels, key), found[key], ARTICLE.narrows(key)) for key in keys]


FIGURE = Figure(
    name="by_article",
    title="按条文",
    definition="已反馈的问题引用条文库里每一条的次数，多的在前；一个问题引用几条的，各计一次，同一条的不同版本分开。"
    "手写、没有从条文库选取的依据不计。引用改正后，过去各日的数随之改正。",
    order=88,
    source=CITATIONS,
    by=ARTICLE,
    measures=(CITED,),
    arrange=_most_first,
    chart=Chart("bar", ("citations",)),
    about=("inspections:article", "条文"),
    to=lambda actor: actor.is_office,
)
