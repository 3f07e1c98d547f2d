from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from dashboards import checks, seals


class Command(BaseCommand):
    help = "把封存的统计全部按卡片重新计数；不改卡片和经过，一期一次提交，可随时中断，再次运行即接着做"

    def handle(self, *args: Any, **options: Any) -> None:
        periods = sorted({*seals.periods_to_seal(), *checks.sealed_periods()})
        done = sum(seals.seal(period, again=True) for period in tqdm(periods, desc="重建统计", unit="期", disable=None))
        self.stdout.write(f"重建 {done} 个期间")
