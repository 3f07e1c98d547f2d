from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from dashboards import seals


class Command(BaseCommand):
    help = "封存已结束的月份和年度的统计；可随时中断，已算好的保留"

    def handle(self, *args: Any, **options: Any) -> None:

        periods = seals.unsealed_periods()
        n = sum(seals.seal(period) for period in tqdm(periods, desc="封存", unit="期", disable=None))
        self.stdout.write(f"封存 {n} 期，共查 {len(periods)} 期")
