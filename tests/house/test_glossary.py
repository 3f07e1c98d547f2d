"""One English word per Chinese term, and every model in the list."""

from __future__ import annotations

import re
from collections import Counter

from django.apps import apps
from django.conf import settings

FLOORS = (
    "ui",
    "organizations",
    "casework",
    "inspections",
    "clues",
    "rectification",
    "documents",
    "results",
    "dashboards",
)


def named() -> list[str]:
    text = (settings.BASE_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
    return re.findall(r"`([A-Z]\w+)`", text)


def test_every_model_has_its_line() -> None:
    models = {m.__name__ for app in FLOORS for m in apps.get_app_config(app).get_models() if not m._meta.auto_created}

    assert models - set(named()) == set()


def test_no_word_stands_for_two_terms() -> None:
    assert [word for word, n in Counter(named()).items() if n > 1] == []
