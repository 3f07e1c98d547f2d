from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from casework.models import Attachment


class Command(BaseCommand):
    help = "清理没有任何附件记录指向的文件（上传中途失败留下的）；加 --delete 才真正删除"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--delete", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        from pathlib import Path

        known = set(Attachment.objects.values_list("sha256", flat=True).distinct())
        orphans = [p for p in Path(settings.MEDIA_ROOT).glob("??/*") if p.name not in known]
        for path in orphans:
            self.stdout.write(f"{path.name} {path.stat().st_size} 字节")
            if options["delete"]:
                path.unlink()
        self.stdout.write(f"共 {len(orphans)} 个{'，已删除' if options['delete'] else '，未删除（加 --delete 删除）'}")
