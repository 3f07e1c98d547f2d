from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps

from organizations.access import has_in_menu
from ui import navigation

if TYPE_CHECKING:
    from organizations.requests import ActorRequest


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
        navigation.register(
            navigation.NavItem(
                "单位与人员",
                "organizations:units",
                has_in_menu("organizations:units"),
                80,
                aside=lambda actor: not actor.is_administrator,
            )
        )
        navigation.register(
            navigation.NavItem("账号", "organizations:users", has_in_menu("organizations:users"), 81, prefix="/people/")
        )
        navigation.register(
            navigation.NavItem(
                "日志",
                "organizations:account_events",
                has_in_menu("organizations:account_events"),
                82,
                prefix="/logs/",
            )
        )
        navigation.register(
            navigation.NavItem(
                "管理后台",
                "admin:index",
                has_in_menu("admin:index"),
                90,
                aside=lambda actor: True,
            )
        )
        navigation.counters.append(_who)
        navigation.alerts.append(_nobody_there)
        navigation.alerts.append(_unusual)
        _keep_log()
        _keep_receipts()


def _nobody_there(actor: Any) -> str:
    from organizations.services.leaving import nobody_there

    return nobody_there(actor)


def _unusual(actor: Any) -> str:
    """Tell the audit administrator of yesterday and today."""
    from organizations.enums import READS_LOGS
    from organizations.services import access_log

    if actor.role not in READS_LOGS:
        return ""
    found = access_log.unusual_days(actor.today, 2)
    people = "、".join(dict.fromkeys(one.person for one in found))
    return f"昨天、今天有异常的取用：{people}。请看“日志”中的“异常的一天”" if found else ""


def _keep_log() -> None:
    """Let what leaves the system be told in the log."""
    from organizations.services import access_log
    from ui import taking

    taking.keeps.append(access_log.record)


def _keep_receipts() -> None:
    """Let a form be acted on once, however often it is sent."""
    from organizations.services import receipts
    from ui import sending

    sending.answered_before.append(receipts.answered_before)
    sending.claims.append(receipts.claim)
    sending.settles.append(receipts.settle)
    sending.releases.append(receipts.release)


def _who(request: ActorRequest) -> dict[str, Any]:
    """What the frame says of the person: the other posts to switch to, how long one may be idle, what he must read."""
    others = [post for post in request.posts if post.pk != request.actor.post.pk]
    return {
        "other_posts": others,
        "warning": request.user.warning,
        "idle_minutes": settings.IDLE_MINUTES,
        "forgets_drafts": settings.FORGET_DRAFTS_AT_SIGN_OUT,
    }
