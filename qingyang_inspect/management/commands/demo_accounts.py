from typing import Any

from django.core.management.base import BaseCommand

from organizations.models import Post
from qingyang_inspect.demonstration.people import ACCOUNTS, PASSWORD, TEAM_ACCOUNTS


class Command(BaseCommand):
    help = "列出演示账号，每个角色一个"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--address", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        names = [a.username for a in ACCOUNTS] + [username for username, *_ in TEAM_ACCOUNTS]
        posts = {
            p.user.username: p
            for p in Post.objects.filter(user__username__in=names).select_related("user", "unit").order_by("from_on")
        }
        if posts:
            self.stdout.write(f"\n演示账号（口令都是 {PASSWORD}）：")
            for name in names:
                if post := posts.get(name):
                    self.stdout.write(f"  {name:<15}{post.user.name}  {post.unit} · {post.get_role_display()}")
        if options["address"]:
            self.stdout.write(f"\n请在浏览器打开 {options['address']}  按 Ctrl-C 停止\n")
