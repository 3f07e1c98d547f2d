"""Split every law of a folder, and say where a count is not what the folder's own table says.

The statutes are no part of this repository: an office, or whoever works on the splitting, names a folder of its own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inspections.law_texts import reader

TABLE = "README.md"  # | file | articles | highest | headings | day named by the last article |
LINE = re.compile(
    r"^\| *(\S+\.(?:md|txt|docx)) *\| *(\d+) *\| *(\d+) *\| *(\d+) *\| *(\d+)年(\d+)月(\d+)日 *\|", re.MULTILINE
)


class Counts(NamedTuple):
    """Articles, the highest number, headings of 编章节, the day that the last article names."""

    n_articles: int
    highest: int
    n_headings: int
    named: str


class Command(BaseCommand):
    help = "逐份拆分文件夹里的法律文本，与其中 README.md 的计数核对；有不符的以失败结束。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        expected = _table(folder / TABLE)
        files = sorted(one for one in folder.glob("*") if one.suffix in {".md", ".txt", ".docx"} and one.name != TABLE)
        wrong = []
        for file in files:
            read = _read(file)
            found, said = _counts(read), read["said"]
            meant = expected.get(file.name)
            lacks = [remark["said"] for remark in read["remarks"] if remark["bars"] or "跳号" in remark["said"]]
            if lacks or (meant and meant != found):
                wrong.append(f"{file.name}：{found}{f'，应为 {meant}' if meant else ''}{'；'.join(['', *lacks])}")
            self.stdout.write(
                f"{file.name}：{found.n_articles} 条，到 {found.highest} 条，{found.n_headings} 个标题，"
                f"{said['adopted_on'] or '未读到'} 通过，{said['in_force_from'] or '待填写'} 施行"
            )
        if missing := sorted(expected.keys() - {file.name for file in files}):
            wrong.append(f"没有这些文件：{'、'.join(missing)}")
        if wrong or not files:
            raise CommandError("\n".join(wrong) or "文件夹里没有法律文本")
        self.stdout.write(f"{len(files)} 份全部拆分，{len(expected)} 份与表中的计数相符")


def _table(file: Path) -> dict[str, Counts]:
    text = file.read_text("utf-8") if file.exists() else ""
    return {
        name: Counts(int(n), int(highest), int(headings), f"{int(y):04}-{int(m):02}-{int(d):02}")
        for name, n, highest, headings, y, m, d in LINE.findall(text)
    }


def _read(file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        (found,) = reader.read(opened, {"label": file.name})
    return dict(found["law"])


def _counts(read: dict[str, Any]) -> Counts:
    numbers = [one["number"] for one in read["articles"]]
    return Counts(len(numbers), max(numbers, default=0), read["n_headings"], read["said"]["named"])
