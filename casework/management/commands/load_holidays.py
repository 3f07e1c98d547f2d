from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from casework.deadlines import working_days
from casework.services import outlooks
from casework.services.recompute_deadlines import Move
from organizations.enums import KEEPS_DEADLINES
from organizations.models import Post
from ui.columns import Column, Edit
from ui.deeds import SHOWN
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
        "已装载的年份整年换成这一份，未办结件的办理期限随即重算。先说明哪些件的期限变动，加上 --sure 才装载"
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("year", type=int, help="年份，例如 2027")
        parser.add_argument("file", type=Path, help="csv 或 xlsx 文件")
        parser.add_argument("--source", required=True, help="依据文件，例如“国办发明电〔2026〕x 号”")
        parser.add_argument("--by", required=True, help="装载人的账号，改动以其岗位记入有关各件的经过")
        parser.add_argument("--sure", action="store_true", help="已核对哪些件的期限变动，装载")
        parser.add_argument("--announced-on", type=date.fromisoformat, default=None, help="公布日期，例如 2026-11-25")

    def handle(self, *args: Any, year: int, file: Path, source: str, announced_on: date | None, **options: Any) -> None:
        post = _post_of(options["by"])
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
            working_days.check(year, set(days["休"]), set(days["班"]))
            self._say_what_moves(outlooks.of_year(year, days["休"], days["班"]))
            if not options["sure"]:
                self.stdout.write("还没有装载。核对无误，加上 --sure 再运行一次")
                return
            n = working_days.load_holidays(
                year, days["休"], days["班"], source, names=names, announced_on=announced_on, by=post
            )
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        except OSError as missing:
            raise CommandError(f"{file} 打不开：{missing.strerror}") from missing
        self.stdout.write(f"已装载 {year} 年放假安排：{n} 天")

    def _say_what_moves(self, moves: list[Move]) -> None:
        """Say how many cases move, and name the first."""
        said = outlooks.counted(moves, timezone.localdate()) if moves else outlooks.NOTHING_MOVES
        more = [f"只列前 {SHOWN} 件"] if len(moves) > SHOWN else []
        for line in (said, *(outlooks.in_words(move) for move in moves[:SHOWN]), *more):
            self.stdout.write(line)


def _post_of(account: str) -> Post:
    """Return the post in which an account may load a year."""
    posts = Post.objects.in_force(timezone.localdate()).filter(user__username=account, role__in=KEEPS_DEADLINES)
    if (post := posts.order_by("pk").first()) is None:
        raise CommandError(f"账号 {account} 没有可以装载放假安排的岗位：须是依法治市办或者系统管理员")
    return post
