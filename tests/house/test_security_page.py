"""docs/security.md cites what there is: a row that names a test names one that can fail."""

from __future__ import annotations

import re

from tests.house.sources import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = [
    line
    for line in PAGE.splitlines()
    if re.match(r"\| (?:V\d+|身份|访问|安全审计|入侵|恶意|数据|备份|剩余|个人|管理)", line)
]


def test_every_cited_test_and_document_is_there() -> None:
    cited = set(re.findall(r"`((?:tests|docs|ui|organizations|casework)/[\w/.]+)`", PAGE))

    assert len(cited) > 30
    assert {path for path in cited if not (ROOT / path).exists()} == set()


def test_every_row_has_its_test_or_says_that_there_is_none() -> None:
    assert len(ROWS) > 40
    assert [row for row in ROWS if "`tests/" not in row and "`make security`" not in row and "**gap**" not in row] == []
