"""The admin site: its first page in the order of the office's work, one search over all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator

from organizations.actor import Actor
from organizations.admin_site.changes import Change, last_changes
from organizations.admin_site.rights import RightsAdmin, Section
from organizations.enums import ADMINISTRATORS, OFFICE
from organizations.requests import actor_of
from ui.list_choosing import MOST_WORDS
from ui.readonly import reading
from ui.texts import clean_text

SHOWN = 5  # rows of each table that a search over all of them shows


class Table(NamedTuple):
    """One table of the site as the first page names it."""

    name: str
    url: str
    add_url: str
    change: Change | None
    is_empty: bool


class Found(NamedTuple):
    """What a search over everything found in one table."""

    name: str
    url: str
    rows: list[tuple[str, str]]
    has_more: bool


class Desk(admin.AdminSite):
    """Reachable for the office (its business) and the three administrators (their tables); for everybody else it is not
    there.
    """

    site_header = site_title = index_title = "管理后台"
    # sign-in, sign-out and the change of the password are the product's own pages
    OWN = frozenset({"logout", "password_change", "password_change_done", "view_on_site"})
    # from the actor to what stands under 办理; filled by who knows the kinds of case (casework.admin)
    work: Callable[[Actor], list[Any]] = staticmethod(lambda actor: [])

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
            except PermissionDenied as refused:  # the same words as for a row that does not exist
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
        return {"site_title": self.site_title, "has_permission": True}

    def tables(self, request: HttpRequest, section: Section | None = None) -> list[RightsAdmin]:
        """Return what this person may look at, of one section or of all."""
        every: list[Any] = [one for one in self._registry.values() if one.has_module_permission(request)]
        floors = [app.label for app in apps.get_app_configs()]
        every.sort(key=lambda one: -floors.index(one.opts.app_label))  # units before what rests on them
        return [one for one in every if section in (None, one.section)]

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """What can be worked on, what may be changed, what is only looked at; with `q`, what is found in all of it."""
        words = clean_text(request.GET.get("q", ""))[:MOST_WORDS]
        with reading():
            context = {
                **self.each_context(request),
                "title": self.index_title,
                "words": words,
                "found": list(self._found(request, words)) if words else [],
                "work": self.work(actor_of(request)) if not words else [],
                "dictionaries": self._named(request, Section.DICTIONARY) if not words else [],
                "ledgers": self._named(request, Section.LEDGER) if not words else [],
            }
            return render(request, "admin/index.html", context)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """The tables stand in the order of the work, not of the program: there is one first page."""
        return redirect("admin:index")

    def _named(self, request: HttpRequest, section: Section) -> list[Table]:
        shown = self.tables(request, section)
        changes = last_changes(shown) if section is Section.DICTIONARY else {}
        return [
            Table(
                one.title,
                one.list_url,
                one.add_url if one.has_add_permission(request) else "",
                changes.get(one.model),
                one.model not in changes and not one.get_queryset(request).exists(),
            )
            for one in shown
        ]

    def _found(self, request: HttpRequest, words: str) -> Iterator[Found]:
        """Search every table as its own list is searched, in the reader's scope."""
        order = list(Section)
        for one in sorted(self.tables(request), key=lambda one: order.index(one.section)):
            if not one.get_search_fields(request):
                continue
            rows, _ = one.get_search_results(request, one.get_queryset(request), words)
            first = list(rows[: SHOWN + 1])
            if first:
                named = [(one.named(row), one.change_url(row)) for row in first[:SHOWN]]
                yield Found(one.title, one.list_url, named, len(first) > SHOWN)
