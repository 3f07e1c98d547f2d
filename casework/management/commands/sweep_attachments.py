from typing import Any

from django.core.management.base import BaseCommand

from casework.services import attachments


class Command(BaseCommand):
    help = "清理没有任何附件记录指向的文件（上传后办理未成、或中途中断留下的，满一天的才算）；加 --delete 才真正删除"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--delete", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(attachments.orphans())
        for path in found:
            self.stdout.write(f"{path.name} {path.stat().st_size} 字节")
        self.stdout.write(
            attachments.sweep() if options["delete"] else f"共 {len(found)} 个，未删除（加 --delete 删除）"
        )
