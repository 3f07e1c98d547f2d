from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from casework.models import Case
from casework.search import bigram_counts
from qingyang_inspect.demonstration.load import STEPS, load_demo


class Command(BaseCommand):
    help = "装载演示年度（虚构人员，真实流程）；中断则什么都不留"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--if-empty", action="store_true", help="已有数据时不装载")

    def handle(self, *args: Any, **options: Any) -> None:
        if Case.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("数据库里已有办理数据，不能再装载演示数据。请换一个空的数据库。")
        with tqdm(total=STEPS, desc="演示数据", unit="步", disable=None) as bar:
            load_demo(timezone.localdate(), tick=lambda: bar.update(1))
            bar.total = bar.n
        bigram_counts.count_bigrams()
        call_command("seal_figures", stdout=StringIO())
        self.stdout.write(f"演示数据装载完成：{Case.objects.count()} 件")
