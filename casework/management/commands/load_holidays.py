from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.deadlines.working_days import load_holidays
from ui.columns import Column, Edit
from ui.errors import DomainError
from ui.sheets import parse_day, read_sheet

COLUMNS = (
    Column("day", "日期", itemgetter("day"), parse=parse_day, edit=Edit(required=True)),
    Column(
        "rest", "休/班", itemgetter("rest"), edit=Edit(required=True, choices=("休", "班"), aliases=("休班", "安排"))
    ),
    Column("name", "名称", itemgetter("name"), edit=Edit(aliases=("节日", "说明"))),
)


class Command(BaseCommand):
    help = (
        "装载国务院办公厅公布的一年放假安排（csv 或 xlsx，三列：日期、休/班、名称）；"
        "已装载的年份整年换成这一份，未办结件的办理期限随即重算"
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("year", type=int, help="年份，例如 2027")
        parser.add_argument("file", type=Path, help="csv 或 xlsx 文件")
        parser.add_argument("--source", required=True, help="依据文件，例如“国办发明电〔2026〕x 号”")
        parser.add_argument("--announced-on", type=date.fromisoformat, default=None, help="公布日期，例如 2026-11-25")

    def handle(self, *args: Any, year: int, file: Path, source: str, announced_on: date | None, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                sheet = read_sheet(opened, file.name, COLUMNS)
            if sheet.problems:
                raise CommandError(
                    "\n".join(f"{p.cell} {p.column} “{p.found}”{p.problem}：{p.mend}" for p in sheet.problems[:20])
                )
            for one in sheet.to_look_at():
                self.stderr.write(f"{one.cell} {one.column} “{one.found}”{one.problem}：{one.mend}")
            days = {rest: [row["day"] for row in sheet.rows if row["rest"] == rest] for rest in ("休", "班")}
            names = {row["day"]: row["name"] for row in sheet.rows if row["name"]}
            n = load_holidays(year, days["休"], days["班"], source, names=names, announced_on=announced_on)
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        except OSError as missing:
            raise CommandError(f"{file} 打不开：{missing.strerror}") from missing
        self.stdout.write(f"已装载 {year} 年放假安排：{n} 天")
