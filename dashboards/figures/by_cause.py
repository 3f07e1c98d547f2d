"""按问题根源: why problems arose, as the units themselves say in their plans; the dictionary is the office's."""

from __future__ import annotations

from dashboards.cube.dimensions import Dimension
from dashboards.cube.labels import Labels
from dashboards.cube.measures import CLOSURE, COUNTS
from dashboards.declared.figure import Chart, Figure


def _read(labels: Labels, text: str) -> int:
    if int(text) not in {0, *labels.causes}:
        raise ValueError(text)
    return int(text)


CAUSE = Dimension(
    "cause", "问题根源", "rectification__cause_id", lambda labels, key: labels.causes.get(key, "还没有写"),
    order=lambda labels, keys: sorted(keys, key=[*labels.causes, *keys].index), read=_read,
)  # fmt: skip
FIGURE = Figure(
    name="by_cause",
    title="按问题根源",
    definition="按整改方案里写的问题根源（字典）归类，还没有报方案的和立行立改的归入“还没有写”。根源改正后，过去各日的数随之改正。",
    order=85,
    by=CAUSE,
    measures=(COUNTS["total"], COUNTS["closed"], CLOSURE),
    chart=Chart("bar", ("total",)),
)
