"""How the rectifications of the story keep their time, so that the year exercises the clocks."""

from __future__ import annotations

from typing import NamedTuple


class Pace(NamedTuple):
    """How a rectification keeps its time. From asking to closing it takes about three weeks.

    Attributes:
        asks: so many days after the original deadline (before it: negative) its closure is asked for; None: as soon as
            all is done.
        extended: granted so many days more.
        more: so many days more are given at the beginning than to the others.
    """

    asks: int | None = None
    extended: int = 0
    more: int = 0


PROMPT, LATE = Pace(), Pace(asks=-5)
KEPT, MISSED = Pace(asks=3, extended=45), Pace(asks=12, extended=15)  # an extension
MIXED = (PROMPT, PROMPT, PROMPT, LATE, PROMPT, PROMPT, KEPT, PROMPT, PROMPT, PROMPT, LATE, PROMPT, MISSED, PROMPT)
SHORT = (PROMPT, PROMPT, LATE, PROMPT, PROMPT, KEPT, PROMPT, PROMPT, PROMPT, LATE, PROMPT, PROMPT)
# one after the other through the winter and the spring: two a month, every fourth of them late
WINTER = tuple(Pace(asks=-5 if n % 4 == 3 else -25, more=15 * n) for n in range(14))
HELD = (("firm", "现场抽查，措施落实，没有反弹。"), ("fair", "抽查的件基本到位，个别台账登记不全，已当场补齐。"))
