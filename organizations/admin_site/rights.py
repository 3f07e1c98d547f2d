"""The admin of a table: the post decides, never `is_staff` or `is_superuser`; nothing with a history is deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.utils import quote, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from organizations.admin_site.changes import as_logged, changed_in, events_of, with_last_change
from organizations.admin_site.fields import Fact, facts_of, formfield, rows_beside
from organizations.admin_site.lists import days_of, spec_of
from organizations.columns import ACTED
from organizations.enums import Role
from organizations.requests import actor_of
from ui.columns import Column, in_sheet
from ui.errors import DomainError
from ui.forms import asked_in
from ui.lists import AT_ONCE, PIECE, ListSpec, list_page, numbered
from ui.pages import PageKind, page
from ui.search import sought, words_in
from ui.sheets import sheet_response

Beside = tuple[
    type[models.Model], tuple[str | Column, ...]
]  # rows that hang on one: their table, what is shown of them


@admin.display(description=ACTED.label)
def post_of_day(row: Any) -> str:
    """Write who acted, under the names of the day on which it was."""
    return str(ACTED.get(row))


class Section(Enum):
    """Where a table stands on the first page."""

    WORK = "办理"
    DICTIONARY = "字典"
    LEDGER = "底账"


class Offered(NamedTuple):
    """An action on ticked rows."""

    name: str
    label: str


class RightsAdmin(admin.ModelAdmin):
    """Base of every table's admin: who may read and write by role, rows by `visible_to`.

    Attributes:
        readers: roles that see the list. `writers`: roles that add and change; both subsets of the roles of the site.
        deletable: only for what carries no history.
        section: where it stands on the first page.
        listing: the list page of the same rows, which is then the list here too.
        history_word: what the page of what has happened to a row is called.
        days: the day by which the years, months and days of the list are gone through.
        beside: rows of other tables that are looked at on the page of one.
        account_events: which rows of AccountEvent are the changes of this table, where services write it.
        loaded: the fields that say when and by which post a row was loaded, where a sheet brings it.
    """

    readers: Collection[Role] = ()
    writers: Collection[Role] = ()
    deletable = False
    section = Section.LEDGER
    listing: ListSpec | None = None
    days = ""
    history_word = "改动记录"
    beside: Sequence[Beside] = ()
    account_events: ClassVar[Mapping[str, Any]] = {}
    loaded: tuple[str, str] | None = None
    actions: Sequence[str] = ("export_chosen",)
    change_form_template = "admin/change_form.html"

    # ---------- rows, and who may what ----------
    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.visible_to(actor_of(request)) if hasattr(rows, "visible_to") else rows

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search as the pages do; a field that ends in `sought` holds every name of a unit or a person."""
        fields = self.get_search_fields(request)
        lookups = [sought(f.removesuffix("sought")) if f.endswith("sought") else f"{f}__icontains" for f in fields]
        return words_in(*lookups)(queryset, search_term, actor_of(request)), False

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

    # ---------- addresses ----------
    def _url(self, what: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{what}", args=[quote(arg) for arg in args])

    @property
    def title(self) -> str:
        return self.listing.title if self.listing else str(self.opts.verbose_name_plural)

    @property
    def list_url(self) -> str:
        return self._url("changelist")

    @property
    def add_url(self) -> str:
        return self._url("add")

    def named(self, row: Any) -> str:
        """Return what a row is called in titles and in what a search finds."""
        return str(row)

    def change_url(self, row: Any) -> str:
        return self._url("change", row.pk)

    def page_url(self, row: Any) -> str:
        """Return the page of a row among the pages of the system, or that of the case it hangs on."""
        own: Any = row if hasattr(row, "get_absolute_url") else getattr(row, "case", None)
        return own.get_absolute_url() if hasattr(own, "get_absolute_url") else ""

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return (obj is not None and self.page_url(obj)) or None

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404

    # ---------- the list ----------
    def get_urls(self) -> list[Any]:
        """Say of the list that it reads, so that whoever writes long sheets may ask it for one (documents.services)."""
        urls: list[Any] = super().get_urls()
        for pattern in urls:
            if pattern.name and pattern.name.endswith("_changelist"):
                pattern.callback.page = PageKind(None, writes=False, is_open=False)
        return urls

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list as the house's lists are; a POST takes an action on the ticked rows."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._acted(request) or redirect(request.get_full_path())
        return page()(self._listed)(request)

    def list_spec(self, request: HttpRequest) -> ListSpec:
        spec = spec_of(self, request)
        return with_last_change(self, spec) if self.section is Section.DICTIONARY else spec

    def _acted(self, request: HttpRequest) -> Any:
        try:
            return self.response_action(request, self.get_queryset(request))
        except (ValueError, OverflowError):  # a key that no row can have: forged, nothing is done
            return None

    def _listed(self, request: HttpRequest) -> HttpResponse:
        spec, days = self.list_spec(request), None
        if self.days:
            days = days_of(spec.rows(actor_of(request)), self.days, request.GET)
        return list_page(request, spec, days=days, section=self.section.value, opts=self.opts)

    def list_acts(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What may be begun from the list: (address, words)."""
        return [(self.add_url, f"新增{self.opts.verbose_name}")] if self.has_add_permission(request) else []

    def offered(self, request: HttpRequest) -> list[Offered]:
        return [Offered(name, str(label)) for name, (_, _, label) in self.get_actions(request).items()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description="导出选中的")
    def export_chosen(self, request: HttpRequest, rows: Any) -> Any:
        """Write the sheet of the list with the ticked rows alone, as far as this person sees them."""
        actor, spec = actor_of(request), self.list_spec(request)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        found = spec.shows(spec.rows(actor).filter(pk__in=keys).order_by(*spec.order))
        columns = in_sheet(spec.columns, actor)
        return sheet_response(
            request, spec.export_name, columns, numbered(spec.export_rows(found).iterator(PIECE)), n=len(keys)
        )

    # ---------- one row ----------
    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        return formfield(db_field, actor_of(request), **options)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return dict(asked_in(request))

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return []  # what hangs on a row is looked at (`beside`), never written here

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show what a rule refused on top of the page it was refused on; the transaction is undone by then."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect(request.get_full_path())

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Draw the row: what is read as facts, what may be changed as a form, what hangs on it as tables."""
        obj = kwargs.get("obj")
        form = context["adminform"].form
        context |= {
            "title": self.named(obj) if obj is not None else f"新增{self.opts.verbose_name}",
            "form": form,
            "facts": self.facts(request, obj, set(form.fields)) if obj is not None else [],
            "beside": rows_beside(self, actor_of(request), obj) if obj is not None else [],
            "list_url": self.list_url,
            "history_word": self.history_word,
            "history_url": self._url("history", obj.pk) if obj is not None else "",
            "delete_url": self._url("delete", obj.pk) if obj is not None else "",
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def facts(self, request: HttpRequest, obj: Any, editable: set[str]) -> list[Fact]:
        """Return what of a row is read here."""
        return facts_of(self, request, obj, editable)

    # ---------- who changed it, in which post, from what to what ----------
    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        done = f"新增 {form.instance}" if add else "改动"
        return as_logged(actor_of(request), done, () if add else changed_in(form))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return LogEntry.objects.log_actions(
            actor_of(request).user_id, queryset, DELETION, change_message=as_logged(actor_of(request), "删除")
        )

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who changed this entry in the admin, and when."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_view_permission(request, obj):
            raise Http404
        context = {**self.admin_site.each_context(request), "name": self.named(obj), "opts": self.opts}
        context["history_word"] = self.history_word
        context |= {
            "list_url": self.list_url,
            "change_url": self.change_url(obj),
            "lines": self.history_of(request, obj),
            "kept_apart": bool(self.account_events),
        }
        return render(request, "admin/object_history.html", context)

    def history_of(self, request: HttpRequest, obj: Any) -> list[tuple[Any, str, str]]:
        """Return what has happened to a row: when, who, what."""
        if (events := events_of(self, obj, actor_of(request))) is not None:
            return events
        kind = ContentType.objects.get_for_model(self.model)
        entries = LogEntry.objects.filter(content_type=kind, object_id=str(obj.pk)).select_related("user")
        return [(one.action_time, str(one.user), one.get_change_message()) for one in entries.order_by("-pk")[:PIECE]]


class ReadOnlyAdmin(RightsAdmin):
    """A table that is looked at and never written here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
