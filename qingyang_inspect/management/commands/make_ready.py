from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "迁移数据库；空的数据库装载基础数据和演示数据。一个进程做完，再次启动才快"
    requires_system_checks: list[str] = []  # make check has them; a start should not wait

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("record_rows", stdout=StringIO())
        call_command("load_reference", if_empty=True)
        call_command("load_demo", if_empty=True)
        try:
            call_command("seal_trail", stdout=StringIO())
        except CommandError as refused:  # said, and told by verify_trail again; whoever wants to read must get in
            self.stderr.write(str(refused))
