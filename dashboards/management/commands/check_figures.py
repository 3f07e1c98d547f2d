from typing import Any

from casework.management.chore_command import ChoreCommand


class Command(ChoreCommand):
    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--cards", type=int, default=1000, help="抽取多少张卡片，0 为全部，默认 1000")
        parser.add_argument("--seed", type=int, help="抽样种子，写明即可重复同一次抽样")

    def options_of(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"most": options["cards"] or None, "seed": options["seed"]}
