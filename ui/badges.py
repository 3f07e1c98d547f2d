"""Small pieces of HTML that stand many times on a page, drawn without a template each."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString


def badge(word: Any) -> SafeString:
    """Draw a word of a state (its `label`, `tone`, `icon`): an icon beside the word, never colour alone."""
    return _badge(word.tone, word.icon, word.label)


@lru_cache(maxsize=256)
def _badge(tone: str, icon: str, label: str) -> SafeString:
    """Drawn once: there are a few dozen, and a list has one in each row."""
    return format_html(
        '<span class="qy-state {}"><span class="bi bi-{}" aria-hidden="true"></span>{}</span>', tone, icon, label
    )


def link(url: str, text: Any) -> SafeString:
    """Draw a plain link."""
    return format_html('<a href="{}">{}</a>', url, text)
