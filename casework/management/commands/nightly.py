import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.jobs.nightly import JOBS

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "每夜任务：封存统计、核对办理经过等；一项失败不影响其余各项"

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for name, job in JOBS:
            try:
                self.stdout.write(f"{name}：{job()}")
            except Exception:
                log.exception("nightly job %s failed", name)
                failed.append(name)
        if failed:
            raise CommandError(f"没有做完：{'、'.join(failed)}。原因见日志。")
