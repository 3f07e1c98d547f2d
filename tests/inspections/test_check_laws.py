"""manage.py check_laws FOLDER: every law of a folder is split, and compared with the folder's own table."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.inspections.laws import NEW

pytestmark = pytest.mark.once(reason="asks no database")


def a_folder(at: Path, row: str, text: str = NEW) -> Path:
    (at / "条例.md").write_text(text, "utf-8")
    (at / "README.md").write_text(f"| file | articles |\n|---|---|\n{row}\n", "utf-8")
    return at


def test_counts_that_agree_are_said(tmp_path: Path) -> None:
    told = StringIO()

    call_command("check_laws", a_folder(tmp_path, "| 条例.md | 4 | 4 | 2 | 2024年1月1日 |"), stdout=told)

    assert told.getvalue().splitlines()[-1] == "1 份全部拆分，1 份与表中的计数相符"


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("| 条例.md | 5 | 4 | 2 | 2024年1月1日 |", NEW),
        ("| 别的.md | 4 | 4 | 2 | 2024年1月1日 |", NEW),
        ("", NEW.replace("第二条", "第三条")),
        ("", NEW.replace("第二条", "甲")),
    ],
    ids=["another count", "a file is missing", "doubled", "a gap"],
)
def test_what_does_not_agree_fails(tmp_path: Path, row: str, text: str) -> None:
    with pytest.raises(CommandError):
        call_command("check_laws", a_folder(tmp_path, row, text), stdout=StringIO())
