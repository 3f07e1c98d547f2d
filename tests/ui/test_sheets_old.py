"""An old workbook (xls) is read like a new one: its errors, formulas, hidden rows and beginning of days are seen."""

import subprocess
from datetime import date

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.ui.sheets import HEAD, read
from ui.hostile import old_books


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """A book of two sheets, the second of which an office program wrote as xls."""
    folder = tmp_path_factory.mktemp("old")
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["填表说明"])
    book.active.row_dimensions[1].hidden = True
    sheet = book.create_sheet("台账")
    for line in (
        HEAD,
        ["环县", 44747, None, "=1/0"],
        ["宁县", date(2026, 7, 6), None, "=NA()"],
        ["合水县", 44747, None, "无"],
    ):
        sheet.append(line)
    sheet.row_dimensions[4].hidden = sheet.column_dimensions["A"].hidden = True
    book.save(folder / "表.xlsx")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", "--headless", profile, "--convert-to", "xls", "--outdir", folder, folder / "表.xlsx"],
        check=True, capture_output=True,
    )  # fmt: skip
    return (folder / "表.xls").read_bytes()


@pytest.mark.office
@pytest.mark.slow
def test_what_an_old_book_says_beside_its_values_is_seen(old):
    found = read(old, name="表.xls")

    assert [(p.cell, p.found) for p in found.problems] == [("D2", "#DIV/0!"), ("D3", "#N/A")]
    assert [row["due"] for row in found.rows] == [date(2026, 7, 6)] * 3
    assert {note.cell for note in found.notes if "隐藏" in note.problem} == {"4 行", "A 列"}
    assert {note.cell for note in found.notes if note.problem == "是公式"} == {"D2", "D3"}


@pytest.mark.parametrize("data", [b"", b"x" * 600, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)])
def test_what_is_no_book_says_nothing(data):
    assert old_books.marks_of(data) == []


@pytest.mark.office
@pytest.mark.slow
def test_a_book_cut_off_anywhere_ends_in_no_error(old):
    for length in range(0, len(old), 997):
        assert isinstance(old_books.marks_of(old[:length]), list)
