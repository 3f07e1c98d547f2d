from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from dashboards.cube import seals


class Command(BaseCommand):
    help = "封存已结束的期间（月、年、至某年末）的统计；每夜运行，可重复，可随时中断"

    def handle(self, *args: Any, **options: Any) -> None:
        periods = seals.periods_to_seal()
        done = sum(seals.seal(period) for period in tqdm(periods, desc="封存统计", unit="期", disable=None))
        self.stdout.write(f"已结束的期间 {len(periods)} 个，本次封存 {done} 个")
