"""Units, accounts, posts and logs in the admin: looked at here, changed through the services only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from axes.models import AccessFailureLog, AccessLog
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from organizations import services
from organizations.admin_site import ReadOnlyAdmin, RightsAdmin, Section
from organizations.enums import (
    ADMINISTRATORS,
    GRANTS_POSTS,
    KEEPS_ACCOUNTS,
    KEEPS_POLICY,
    KEEPS_UNITS,
    OFFICE,
    READS_LOGS,
    AccountAct,
    Role,
)
from organizations.models import (
    AccessEntry,
    AccountEvent,
    GuessCount,
    PasswordReset,
    PastPassword,
    Post,
    SignIn,
    StagedImport,
    Unit,
    UnitName,
    User,
)
from organizations.requests import actor_of
from organizations.services import outlooks
from organizations.views.logs import EVENT_LIST, FAILURE_LIST, SIGN_IN_LIST, TAKING_LIST
from organizations.views.people import POST_LIST, USER_LIST
from organizations.views.resets import RESET_LIST
from organizations.views.units import UNIT_LIST
from ui.deeds import SURE, Outlook
from ui.errors import DomainError


def each(
    page: RightsAdmin, request: HttpRequest, rows: Any, act: Callable[..., Any], foresee: Callable[[Any], Outlook]
) -> HttpResponse | None:
    """Show what it will do to each chosen row, and ask once; then do it to each.

    Say how many went, and for the others why not.
    """
    foreseen = [(row, foresee(row)) for row in rows]
    mark = Outlook([outlook.mark for _, outlook in foreseen]).mark
    if request.POST.get(SURE) != mark:
        name = request.POST["action"]
        shown = {"foreseen": foreseen, "mark": mark, "action": name, "opts": page.model._meta}
        title = page.get_actions(request)[name][2]
        context = page.admin_site.each_context(request) | shown | {"title": title}
        return render(request, "organizations/admin_deed.html", context)
    done = 0
    for row, _ in foreseen:
        try:
            with transaction.atomic():
                act(row, actor=actor_of(request))
        except DomainError as refused:
            messages.warning(request, f"{row}：{refused.message}")
        else:
            done += 1
    messages.success(request, f"办了 {done} 件，共选 {len(foreseen)} 件。")
    return None


POSTS_HELD = (Post, ("user", "unit", "role", "title", "from_on", "to_on"))


@admin.register(Unit)
class UnitAdmin(RightsAdmin):
    readers = OFFICE | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
    writers = KEEPS_UNITS
    section = Section.DICTIONARY
    listing = UNIT_LIST
    account_events: ClassVar[dict[str, Any]] = {"unit__isnull": False}
    search_fields = ("code", "sought")
    readonly_fields = ("name", "short_name", "initials", "abolished_on", "successor")  # 更名、并入、撤销各有一页
    beside = ((UnitName, ("name", "short_name", "to_on", "basis")), POSTS_HELD)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        services.amend_unit(
            obj, actor=actor_of(request), **{name: form.cleaned_data[name] for name in form.changed_data}
        )


@admin.register(User)
class UserAdmin(RightsAdmin):
    readers = ADMINISTRATORS
    writers = KEEPS_ACCOUNTS
    fields = (
        "username",
        "name",
        "home_unit",
        "is_active",
        "must_change_password",
        "password_set_on",
        "last_login",
        "created_at",
    )
    readonly_fields = ("username", "is_active", "must_change_password", "password_set_on", "last_login", "created_at")
    section = Section.DICTIONARY
    listing = USER_LIST
    account_events: ClassVar[dict[str, Any]] = {"user__isnull": False}
    search_fields = ("sought",)
    actions = ("close", "reopen", "unlock", "export_chosen")
    beside = (POSTS_HELD,)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # the page shows the first password once

    def has_keep_permission(self, request: HttpRequest) -> bool:
        return self._is(request, KEEPS_ACCOUNTS)

    def has_unlock_permission(self, request: HttpRequest) -> bool:
        return self._is(request, KEEPS_ACCOUNTS | KEEPS_POLICY)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        services.amend_account(
            obj, actor=actor_of(request), name=form.cleaned_data["name"], home_unit=form.cleaned_data["home_unit"]
        )

    @admin.action(description="停用账号", permissions=("keep",))
    def close(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        return each(self, request, rows, services.close_account, outlooks.of_closing)

    @admin.action(description="恢复账号", permissions=("keep",))
    def reopen(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        return each(self, request, rows, services.reopen_account, outlooks.of_reopening)

    @admin.action(description="解除等待", permissions=("unlock",))
    def unlock(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        return each(self, request, rows, services.unlock, outlooks.of_unlocking)


@admin.register(Post)
class PostAdmin(RightsAdmin):
    readers = OFFICE | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
    section = Section.DICTIONARY
    listing = POST_LIST
    account_events: ClassVar[dict[str, Any]] = {"what__in": [AccountAct.APPOINTED, AccountAct.POST_ENDED]}
    search_fields = ("user__sought", "unit__sought")
    days = "from_on"
    actions = ("end_today", "export_chosen")

    def has_grant_permission(self, request: HttpRequest) -> bool:
        return self._is(request, GRANTS_POSTS)

    @admin.action(description="结束岗位，今天为最后一天", permissions=("grant",))
    def end_today(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        today = timezone.localdate()
        return each(
            self,
            request,
            rows.select_related("user", "unit"),
            lambda post, actor: services.end_post(post, today, actor=actor),
            lambda post: outlooks.of_ending(post, today, actor_of(request)),
        )


@admin.register(UnitName)
class UnitNameAdmin(ReadOnlyAdmin):
    readers = OFFICE | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
    list_display = ("unit", "name", "short_name", "to_on", "basis")
    list_select_related = ("unit",)
    search_fields = ("unit__sought", "unit__code")


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    readers = READS_LOGS
    listing = EVENT_LIST
    search_fields = ("user__sought", "unit__sought", "detail")
    days = "at"


class AccessAdmin(ReadOnlyAdmin):
    """What axes writes of sign-ins and failures (organizations.services.sign_in_log), in the words of the house."""

    readers = READS_LOGS
    days = "attempt_time"
    search_fields = ("username", "ip_address")

    def named(self, row: Any) -> str:
        return f"{row.username} {timezone.localtime(row.attempt_time):%Y-%m-%d %H:%M:%S}"


@admin.register(AccessLog)
class AccessLogAdmin(AccessAdmin):
    listing = SIGN_IN_LIST


@admin.register(AccessFailureLog)
class AccessFailureLogAdmin(AccessAdmin):
    listing = FAILURE_LIST


@admin.register(AccessEntry)
class AccessEntryAdmin(ReadOnlyAdmin):
    readers = READS_LOGS
    listing = TAKING_LIST
    search_fields = ("user__sought", "about")
    days = "at"


@admin.register(GuessCount)
class GuessCountAdmin(ReadOnlyAdmin):
    readers = READS_LOGS
    list_display = ("at", "scope", "account", "place", "level")
    list_filter = ("scope",)
    search_fields = ("account", "place")


@admin.register(PasswordReset)
class PasswordResetAdmin(ReadOnlyAdmin):
    readers = ADMINISTRATORS
    listing = RESET_LIST


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    """Registered so that no model is forgotten; shown to nobody: its key is who signs in."""

    readers = frozenset()
    exclude = ("session_key", "session_data")


@admin.register(StagedImport)
class StagedImportAdmin(ReadOnlyAdmin):
    readers = KEEPS_UNITS | KEEPS_ACCOUNTS | GRANTS_POSTS
    list_display = ("at", "kind", "file_name", "user")
    list_filter = ("kind",)
    list_select_related = ("user",)


@admin.register(PastPassword)
class PastPasswordAdmin(ReadOnlyAdmin):
    """Registered so that no model is forgotten; shown to nobody."""

    readers = frozenset()
    exclude = ("password",)
