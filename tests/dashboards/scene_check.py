"""Numbers written by hand with the names of cards, beside the page."""

from __future__ import annotations

from typing import Any

from tests.dashboards.oracle import Ask, Expected, Line, Share
from tests.dashboards.page_check import check_rows, check_table
from tests.dashboards.page_world import Readers
from tests.dashboards.scene import Scene

Told = tuple[list[tuple[str, dict[str, Any]]], dict[str, Any] | None]  # lines and total; cards by name


def expected(scene: Scene, told: Told) -> Expected:
    """Put the keys of the cards in the place of their names."""

    def keys(value: Any) -> Any:
        if isinstance(value, Share):
            return Share(scene.pks(*value.n), scene.pks(*value.of))
        return scene.pks(*value) if isinstance(value, tuple) else value

    found = [Line(label, {name: keys(value) for name, value in cells.items()}) for label, cells in told[0]]
    return Expected(found, None if told[1] is None else {name: keys(value) for name, value in told[1].items()})


def look_at(scene: Scene, ask: Ask, numbers: dict[tuple[str, str, str], Any]) -> None:
    """Compare some numbers, with their rows."""
    ask = (
        ask._replace(topic=scene.topics["普法"].pk) if ask.topic == -1 else ask
    )  # its key is known when the scene is made
    reader = Readers()(ask)
    for (figure, label, column), value in numbers.items():
        table, _ = reader.figure(figure, ask.query)
        wanted = expected(scene, ([(label, {column: value})], None))
        found = table._replace(labels=[label], lines={label: {column: table.lines[label][column]}}, total=None)
        check_rows(reader, check_table(figure, found, wanted))
