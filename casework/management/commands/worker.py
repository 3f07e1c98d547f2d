import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from casework.jobs.worker import INTERVAL, Worker


class Command(BaseCommand):
    help = "办理后台任务，直到被停止；被停止时把做到一半的放回队列"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interval", type=float, default=INTERVAL, help="没有任务时隔几秒再看")
        parser.add_argument("--until-idle", action="store_true", help="队列空了就结束")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(options["interval"])
        for sent in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sent, worker.leave)
        worker.run(until_idle=options["until_idle"])
