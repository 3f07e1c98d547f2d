"""日常督察: what the office found outside every campaign of late (docs/decisions/0021)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework.models import Case
from inspections.services import routine_of
from qingyang_inspect.demonstration import story
from qingyang_inspect.demonstration.clock import weekday

if TYPE_CHECKING:
    from qingyang_inspect.demonstration.loader import Loader

# unit, which of the general topics it is about, and how many steps were taken since: fed back, confirmed, reported
FOUND = (("宁县", 4, 3), ("市民政局", 9, 2), ("正宁县", 12, 1))


def load_routine(loader: Loader) -> None:
    """Log a few findings by the office itself and take each as far as it has come; the one fed back is claimed."""
    acts, author = loader.acts, lambda: loader.people.account("jingban2")
    ways: list[Any] = [("submit_to_office", 1, author, {})]
    ways += [(name, 1, acts.staff, {}) for name in ("confirm", "feed_back")]
    for n, (unit, topic, steps) in enumerate(FOUND):
        template, on = story.RULE_OF_LAW[topic], weekday(loader.today - timedelta(30 - 4 * n))
        title, statement = loader.words(template, unit, n)
        finding = acts.find(
            routine_of(on.year), unit, author=author, on=on, by=loader.today + timedelta(45 + n), topic=template.topic, title=title, statement=statement,
            cited=[(template.basis, template.article)], method="AJ",
        )  # fmt: skip
        last = acts.steps(finding.case, ways[:steps], on)
        if steps == len(ways):
            acts.claim(Case.objects.get(rectification__finding=finding), last)
