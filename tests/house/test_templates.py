"""Templates are written one element a line, so that a change of one word is a diff of one line.

See docs/style.md, Lines.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tests.house.sources import ROOT

COLUMNS = 120
BLOCK = (
    "div section ol ul li p h1 h2 h3 h4 h5 h6 table caption thead tbody tfoot tr th td form fieldset legend aside "
    "header main nav dl dt dd details summary"
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMES = [str(path.relative_to(ROOT)) for path in TEMPLATES]
OPENED = re.compile(rf"<({'|'.join(BLOCK.split())})(?=[\s>{{])")


def columns(line: str) -> int:
    """Count as an editor shows it: a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_no_template_line_is_wider_than_an_editor(path: Path) -> None:
    wide = [n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if columns(line) > COLUMNS]

    assert wide == []


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_line_opens_one_block_of_the_page(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()

    crowded = [n for n, line in enumerate(lines, 1) if len(OPENED.findall(line)) > 1]

    assert crowded == []


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_template_is_indented_by_two_and_ends_with_a_line(path: Path) -> None:
    text = path.read_text("utf-8")
    lines = text.splitlines()

    odd = [n for n, line in enumerate(lines, 1) if (len(line) - len(line.lstrip(" "))) % 2 or "\t" in line]

    assert (odd, [n for n, line in enumerate(lines, 1) if line != line.rstrip()]) == ([], [])
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_every_template_lies_where_its_kin_are() -> None:
    apps = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("*/apps.py")}

    assert [str(path) for app in sorted(apps) for path in (ROOT / app).rglob("*.html")] == []
