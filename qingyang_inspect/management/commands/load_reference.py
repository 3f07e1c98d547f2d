from typing import Any

from django.core.management.base import BaseCommand

from organizations.models import Unit
from qingyang_inspect.reference.load import load_reference


class Command(BaseCommand):
    help = "装载基础数据：单位、问题类别、督察依据、办理期限；已有的不改"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--if-empty", action="store_true", help="已有单位时不装载")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Unit.objects.exists():
            return
        made = load_reference()
        self.stdout.write("，".join(f"{name}新增 {n} 条" for name, n in made.items()))
