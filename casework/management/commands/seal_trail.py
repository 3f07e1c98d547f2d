from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.jobs import sealing
from ui.errors import DomainError


class Command(BaseCommand):
    help = "换密钥后（或者第一次有密钥时）运行：先核对旧密钥的链值，全部相符才封存，以后旧密钥不能再用来续写"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(sealing.seal_old_keys())
        except DomainError as refused:
            raise CommandError(refused.message) from refused
