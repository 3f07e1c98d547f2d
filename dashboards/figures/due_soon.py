"""15 个工作日内到期 (domain/dictionaries.md 9.7: 临期)."""

from dashboards.figures import Figure, Value, rows_in
from dashboards.sums import soon_on
from rectification.enums import NO_CLOCK, TERMINAL

FIGURE = Figure(
    "due_soon", "15 个工作日内到期", "批准时限在今天起 15 个工作日之内、还没有销号的；长期坚持、中止不计。", 50,
    lambda sums: Value(sums.soon, unit="件"),
    lambda sel: rows_in(sel, without=TERMINAL | NO_CLOCK, due=lambda column: soon_on(sel.day, column)),
    is_on_top=True,
)  # fmt: skip
