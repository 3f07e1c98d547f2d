from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from organizations.enums import ADMINISTRATORS, STANDINGS, Role
from organizations.models import Post, Unit
from organizations.services import appoint, open_account
from ui.errors import DomainError

THREE = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


class Command(BaseCommand):
    help = (
        "新装系统的第一步：任命系统、安全、审计三名管理员（三人，互斥），打印初始口令；此后的账号和授权都在页面上办理"
    )

    def add_arguments(self, parser: Any) -> None:
        for role in THREE:
            parser.add_argument(role.value, metavar="账号=姓名", help=f"{role.label}，如 wangwei=王伟")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        if Post.objects.filter(role__in=ADMINISTRATORS).exists():
            raise CommandError("已经有管理员了。其余账号由系统管理员在“账号”页面建立，由安全管理员授权。")
        unit = Unit.objects.filter(category__in=STANDINGS[Role.SYSTEM_ADMIN].held_in).first()
        if unit is None:
            raise CommandError("还没有单位。请先运行 manage.py load_reference。")
        try:
            with transaction.atomic():
                made = [(role, *self._open(role, options[role.value])) for role in THREE]
                for role, user, _ in made:
                    appoint(user, unit, role, from_on=today, actor=None, title=role.label)
        except (DomainError, ValidationError) as error:
            raise CommandError(
                error.message if isinstance(error, DomainError) else "；".join(error.messages)
            ) from error
        for role, user, password in made:
            self.stdout.write(f"{role.label}  {user.username}  {user.name}  初始口令 {password}")
        self.stdout.write("初始口令只显示这一次，首次登录须修改。")

    def _open(self, role: Role, given: str) -> Any:
        username, equals, name = given.partition("=")
        if not (username and equals and name):
            raise CommandError(f"{role.label}应写成“账号=姓名”，如 wangwei=王伟，现在是“{given}”。")
        return open_account(username, name, actor=None)
