"""The admin site and its rights: the post decides, never `is_staff` or `is_superuser`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import FieldError, PermissionDenied
from django.db import NotSupportedError
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator

from organizations.enums import ADMINISTRATORS, OFFICE, Role
from organizations.requests import actor_of
from ui.columns import Column, in_admin, written
from ui.errors import DomainError
from ui.search import sought, words_in


class Desk(admin.AdminSite):
    """Reachable for the office (its business) and the three administrators (their tables); for everybody else it is not
    there.
    """

    site_header = "庆阳法治督察 · 后台"
    site_title = "后台"
    index_title = "能办的事"
    # sign-in, sign-out and the change of the password are the product's own pages
    OWN = frozenset({"logout", "password_change", "password_change_done", "view_on_site"})

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Lead to the product's own sign-in: Django's admin sends strangers to this name."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("login"))

    def has_permission(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.role in OFFICE | ADMINISTRATORS

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        shown = super().admin_view(view, cacheable)

        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise Http404
            try:
                return shown(request, *args, **kwargs)
            except (
                PermissionDenied
            ) as refused:  # what is not yours is not there: the same words as for a row that does not exist
                raise Http404 from refused

        return run

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only what decides by post: admins of other packages (tokens, tasks, groups) ask `is_superuser` and stay
        out.
        """
        if admin_class is not None and issubclass(admin_class, RightsAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        return [
            pattern
            for pattern in super().get_urls()
            if not (isinstance(pattern, URLPattern) and pattern.name in self.OWN)
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"site_url": reverse("home"), "has_permission": True}


SECRETS = frozenset({"password", "post_data", "get_data", "key", "session_data"})


def _shown(column: Column) -> Callable[[Any], str]:
    """Return a column as the admin takes one: a day is written in full, where no reader is there to know the year."""
    kind = "day" if column.kind == "date" else column.kind

    def show(row: Any) -> str:
        return written(column.get(row), kind) or column.empty

    show.__name__ = column.name
    return admin.display(description=column.label, ordering=column.sort[0] if column.sort else None)(show)


@admin.display(description="办理人岗位")
def post_of_day(row: Any) -> str:
    """Write who acted, under the names of the day (`day`) on which it was."""
    return f"{row.post.user} {row.post.place_on(row.day)}" if row.post else ""


class RightsAdmin(admin.ModelAdmin):
    """Base of every model's admin: who may read and write by role, rows by `visible_to`, nothing with a history is
    deleted.

    Attributes:
        readers: roles that see the list. `writers`: roles that add and change; both subsets of the roles of the site.
        deletable: only for what carries no history.
        columns: those of the list page, shown here too (docs/extending.md): what is added there stands here.
    """

    readers: Collection[Role] = ()
    writers: Collection[Role] = ()
    deletable = False
    columns: Sequence[Column] = ()
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.visible_to(actor_of(request)) if hasattr(rows, "visible_to") else rows

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search as the pages do; a field that ends in `sought` holds every name of a unit or a person."""
        fields = self.get_search_fields(request)
        lookups = [sought(f.removesuffix("sought")) if f.endswith("sought") else f"{f}__icontains" for f in fields]
        return words_in(*lookups)(queryset, search_term, actor_of(request)), False

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show the columns of the page to whom they are for; a model without a page lists its own."""
        if not self.columns:
            return super().get_list_display(request)
        return [_shown(column) for column in in_admin(self.columns, actor_of(request))]

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """No secret can be asked for sign by sign."""
        return not SECRETS & set(lookup.split("__")) and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Answer an address that cannot be computed (a year 9999, a lookup the database lacks) as Django answers an
        unknown one.
        """
        try:
            response = super().changelist_view(request, extra_context)
            return response.render() if hasattr(response, "render") else response
        except (ValueError, OverflowError, FieldError, NotSupportedError):
            return redirect(f"{request.path}?{ERROR_FLAG}=1")

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show what a rule refused on top of the page it was refused on; the transaction is undone by then."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect(request.get_full_path())

    def _is(self, request: HttpRequest, roles: Collection[Role]) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.role in roles

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is(request, self.readers) or self._is(request, self.writers)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is(request, self.writers)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is(request, self.writers)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self._is(request, self.writers)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not self.deletable:
            actions.pop("delete_selected", None)
        return actions


class ReadOnlyAdmin(RightsAdmin):
    """A model that is looked at and never written here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RightsInline(admin.TabularInline):
    """Rows of a model shown inside another's page: read only, because services write them."""

    extra = 0
    can_delete = False
    show_change_link = False
    view_on_site = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
