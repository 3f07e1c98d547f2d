from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from dashboards import checks

PIECE = 200
MEND = (
    "修复办法：封存不符的，运行 manage.py rebuild_figures（只重建封存，不动卡片和经过）；"
    "卡片不符的，先运行 manage.py verify_trail 核对经过，经过完好说明卡片被绕过程序改动，请保护现场、联系审计管理员，再按经过改回卡片。"
)


class Command(BaseCommand):
    help = "核对统计：抽取卡片与经过重放对照，封存与现数对照；只读，可随时中断"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--cards", type=int, default=1000, help="抽取多少张卡片，0 为全部，默认 1000")
        parser.add_argument("--seed", type=int, help="抽样种子，写明即可重复同一次抽样")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = checks.sample_of_cards(options["cards"] or 10**9, options["seed"])
        periods = checks.sealed_periods()
        wrong: list[str] = []
        with tqdm(total=len(keys) + len(periods), desc="核对统计", unit="项", disable=None) as bar:
            for at in range(0, len(keys), PIECE):
                wrong += checks.wrong_cards(keys[at : at + PIECE])
                bar.update(len(keys[at : at + PIECE]))
            for period in periods:
                wrong += checks.wrong_seals([period])
                bar.update()
        for sentence in wrong:
            self.stdout.write(sentence)
        if wrong:
            raise CommandError(f"{len(wrong)} 处不符。{MEND}")
        self.stdout.write(f"核对卡片 {len(keys)} 件、封存期间 {len(periods)} 个，全部相符")
