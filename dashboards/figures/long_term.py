"""长期坚持: counted apart, never as closed (domain/results.md 11)."""

from dashboards.figures import Figure, Value, rows_in
from rectification.enums import State

FIGURE = Figure(
    "long_term", "长期坚持", "经批准转为长期坚持的，单列，不算已销号，也不进销号率的分母。", 60,
    lambda sums: Value(sums.states[State.LONG_TERM], unit="件"),
    lambda sel: rows_in(sel, [State.LONG_TERM]),
)  # fmt: skip
