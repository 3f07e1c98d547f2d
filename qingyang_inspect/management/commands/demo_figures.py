from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qingyang_inspect.demonstration.figures import PUBLISHED


class Command(BaseCommand):
    help = "逐项核对公开数字：公布值、系统数出的值、口径；不一致则失败"

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for figure in PUBLISHED:
            counted = figure.counted()
            same = counted == figure.value
            wrong += not same
            self.stdout.write(
                f"{'一致' if same else '不一致'}  {figure.name}：公布 {figure.value}，"
                f"数出 {counted}（{figure.definition}）{figure.page}"
            )
        if wrong:
            raise CommandError(f"{wrong} 项与公布的数字不一致")
