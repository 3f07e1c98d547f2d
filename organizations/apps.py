from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps

from organizations.enums import ADMINISTRATORS, OFFICE, Role
from ui import navigation


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin with our site: who may, and what of it, is decided by the post."""

    default = False
    default_site = "organizations.admin_site.Desk"


class OrganizationsConfig(AppConfig):
    default = True
    name = "organizations"
    verbose_name = "机构与人员"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        readers = OFFICE | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
        navigation.register(
            navigation.NavItem(
                "单位与人员",
                "organizations:units",
                lambda actor: actor.role in readers,
                80,
                aside=lambda actor: not actor.is_administrator,
            )
        )
        navigation.register(
            navigation.NavItem(
                "账号", "organizations:users", lambda actor: actor.role in ADMINISTRATORS, 81, prefix="/people/"
            )
        )
        navigation.register(
            navigation.NavItem(
                "日志",
                "organizations:account_events",
                lambda actor: actor.role == Role.AUDIT_ADMIN,
                82,
                prefix="/logs/",
            )
        )
        navigation.register(
            navigation.NavItem(
                "管理后台",
                "admin:index",
                lambda actor: actor.role in OFFICE | ADMINISTRATORS,
                90,
                aside=lambda actor: True,
            )
        )
        navigation.landings.append((lambda actor: actor.role in ADMINISTRATORS, "organizations:users"))
        navigation.counters.append(_who)


def _who(request: Any) -> dict[str, Any]:
    """What the bar says of the person: the other posts to switch to, and how long one may be idle."""
    others = [post for post in request.posts if post.pk != request.actor.post.pk]
    return {"other_posts": others, "idle_minutes": settings.IDLE_MINUTES}
