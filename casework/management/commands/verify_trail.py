from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from casework import trail
from casework.models import Case
from ui.sheets import parse_day

PIECE = 500  # cards a piece: short transactions, and the bar moves


class Command(BaseCommand):
    help = "核对办理经过：逐件验证链值、序号和末条与卡片是否一致；只读，可随时中断"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--since", help="只核对这一天以来有办理的件，如 2026-07-01")

    def handle(self, *args: Any, **options: Any) -> None:
        cards = Case.objects.order_by("pk")
        if options["since"]:
            try:
                day = parse_day(options["since"])
            except ValueError as wrong:
                raise CommandError(f"--since {options['since']}：{wrong}") from wrong
            start = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
            cards = cards.filter(events__at__gte=start).distinct()
        if not trail.are_installed():
            self.stderr.write("注意：数据库里防止改动经过的触发器不全，请运行 manage.py migrate 重新装上")
        ids = list(cards.values_list("pk", flat=True))
        broken = []
        with tqdm(total=len(ids), desc="核对经过", unit="件", disable=None) as bar:
            for at in range(0, len(ids), PIECE):
                piece = ids[at : at + PIECE]
                broken += list(trail.verify(Case.objects.filter(pk__in=piece)))
                bar.update(len(piece))
        for case, seq, what in broken:
            self.stdout.write(f"卡片 {case} 第 {seq} 条：{what}")
        if broken:
            raise CommandError(f"共 {len(ids)} 件，{len(broken)} 处不符。请保护现场，联系审计管理员。")
        self.stdout.write(f"共 {len(ids)} 件，全部相符")
