from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from dashboards import seals


class Command(BaseCommand):
    help = "从头重算全部封存统计；可随时中断，已算好的保留"

    def handle(self, *args: Any, **options: Any) -> None:
        seals.drop_all()
        periods = seals.unsealed_periods()
        n = sum(seals.seal(period) for period in tqdm(periods, desc="封存", unit="期", disable=None))
        self.stdout.write(f"封存 {n} 期，共查 {len(periods)} 期")
