from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from casework.kinds import all_kinds
from casework.workflow.drawing import draw


class Command(BaseCommand):
    help = "把各类办理流程画到 docs/circuits/"

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "circuits"
        folder.mkdir(parents=True, exist_ok=True)
        for spec in all_kinds():
            (folder / f"{spec.name}.md").write_text(draw(spec), encoding="utf-8")
            self.stdout.write(f"{spec.label}：{len(spec.table.whole.transitions)} 步")
