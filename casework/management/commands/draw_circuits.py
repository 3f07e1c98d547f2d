from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from casework.enums import Kind
from casework.workflow.circuits import all_circuits
from casework.workflow.drawing import draw


class Command(BaseCommand):
    help = "把各类办理流程画到 docs/circuits/"

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "circuits"
        folder.mkdir(parents=True, exist_ok=True)
        for kind in Kind:
            circuits = [c for c in all_circuits() if c.kind == kind]
            (folder / f"{kind.value}.md").write_text(draw(circuits), encoding="utf-8")
            self.stdout.write(f"{kind.label}：{len(circuits)} 种走法")
