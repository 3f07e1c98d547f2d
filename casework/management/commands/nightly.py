from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.jobs import night


class Command(BaseCommand):
    help = "每夜任务：封存统计、核对办理经过等；一项失败不影响其余各项；中断后再运行即从中断处接着做，当日做完的不重做"

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for outcome in night.run():
            self.stdout.write(f"{outcome.job.title}：{outcome.said}")
            if outcome.has_failed:
                failed.append(outcome.job.title)
        if failed:
            raise CommandError(f"没有做好：{'、'.join(failed)}。原因见上文和日志。")
