"""A text as it is compared, and its overlapping pairs of characters.

What the search and the likenesses rest on (docs/data.md C).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ui.search import plain

RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-z0-9]+")


def bigrams(text: str) -> list[str]:
    """Return overlapping pairs of each run of Chinese characters, and other words whole."""
    found: list[str] = []
    for run in RUN.findall(plain(text)):
        found += [run[:60]] if run.isascii() or len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def telling(text: str) -> set[str]:
    """Return the bigrams that tell something: no bare figures."""
    return {token for token in bigrams(text) if not token.isdigit()}


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
