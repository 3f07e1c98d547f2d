from typing import Any

from django.core.management.base import BaseCommand

from qingyang_inspect.reference.load import load_reference


class Command(BaseCommand):
    help = "装载基础数据：单位、问题类别、督察依据、办理期限；已有的不改"

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_reference()
        self.stdout.write("，".join(f"{name}新增 {n} 条" for name, n in made.items()))
