"""The office's bulk door: lists over all cards, with the circuits' steps as actions.

Nothing here sets a state or touches the trail.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from casework import kinds
from casework.columns import CLOSED, DUE, HOLDER, KIND, OPENED, STATE, STEP_DUE, UNIT, titled
from casework.deadlines import working_days
from casework.forms import BatchForm
from casework.models import (
    Attachment,
    CalendarDay,
    Case,
    ChoreRun,
    Event,
    Grant,
    HolidayYear,
    Notice,
    NumberSeries,
    StepLimit,
    Topic,
)
from casework.pages.case_page import holder_words
from casework.search.search import find, search_cards
from casework.workflow.batches import steps_of, take_each
from casework.workflow.circuits import Transition, circuit_of, word_for
from organizations.admin_site import ReadOnlyAdmin, RightsAdmin, post_of_day
from organizations.enums import OFFICE, Role
from organizations.requests import ActorRequest, actor_of
from ui.errors import DomainError

FIRST_YEAR, LAST_YEAR = 2000, 2100
POLICY = frozenset({Role.SYSTEM_ADMIN})  # 系统管理员：建号、字典 (docs/domain/compliance.md 6.1)


class ReadOnlyInline(admin.TabularInline):
    """Rows that hang on a card: looked at, never written here."""

    extra = 0
    can_delete = False
    show_change_link = False
    view_on_site = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return list(self.fields or ())


class EventInline(ReadOnlyInline):
    model = Event
    fk_name = "case"
    acted = staticmethod(post_of_day)
    fields = ("seq", "day", "label", "acted", "source", "state", "reason")
    ordering = ("seq",)


class AttachmentInline(ReadOnlyInline):
    model = Attachment
    fields = ("name", "kind", "size", "formed_on", "uploaded_by", "uploaded_at", "removed_at")


class GrantInline(ReadOnlyInline):
    model = Grant
    fk_name = "case"
    fields = ("unit", "role", "post", "capacity", "from_on", "to_on")


def card_of(row: Any) -> Case:
    """Return the card of a row: a card itself, or what extends one."""
    return row if isinstance(row, Case) else row.case


class KindFilter(admin.SimpleListFilter):
    """The kinds of case."""

    title = "类型"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return kinds.choices()

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class StateFilter(admin.SimpleListFilter):
    """The states of the kind a list holds, in the office's words."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(model_admin.spec.table.whole.states.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(case__state=self.value()) if self.value() else queryset


class CardAdmin(ReadOnlyAdmin):
    """Base of the admin of a card and of every kind that extends one: fields are read, steps are actions.

    `spec` is None where all kinds stand.
    """

    readers = OFFICE
    list_per_page = 100
    spec: kinds.KindSpec | None = None

    @admin.display(description="状态")
    def state_word(self, row: Any) -> str:
        return word_for(card_of(row), None).label

    @admin.display(description="在谁手上")
    def holder(self, row: Any) -> str:
        return holder_words(card_of(row))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if self.spec is None:
            return search_cards(queryset, search_term, actor_of(request)), False
        through = kinds.worded_through().get(self.spec.name, "")
        key = through.removeprefix(f"{self.spec.name}__") or "pk"
        return find(queryset, search_term, key=key), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the steps that this role can take at all, of the kinds this list holds."""
        actions = super().get_actions(request)
        actor = actor_of(request)
        for spec in [self.spec] if self.spec else kinds.all_kinds():
            for t in steps_of(spec.name, actor).values():
                name = f"step_{spec.name}_{t.name}"
                actions[name] = (_action(spec.name, t.name), name, f"{spec.label}：{t.label}")
        return actions


def admin_of(spec: kinds.KindSpec, shown: kinds.AdminList) -> type[CardAdmin]:
    """Return the admin of a kind, made from its declaration."""
    inlines = [
        type(f"{row.model.__name__}Inline", (ReadOnlyInline,), {"model": row.model, "fields": row.fields})
        for row in shown.inlines
    ]
    about = {
        "spec": spec,
        "columns": tuple(column.through("case") for column in spec.listing.columns),
        "list_filter": (StateFilter, *shown.filters),
        "search_fields": ("case__number",),  # the box is there; the search is that of the pages
        "list_select_related": shown.joins,
        "date_hierarchy": shown.date_hierarchy,
        "inlines": inlines,
    }
    return type(f"{spec.name.title()}Admin", (CardAdmin,), about)


def _action(kind: str, name: str) -> Callable[[Any, HttpRequest, Any], HttpResponse | None]:
    """Return the admin action of one step: a page asking for its inputs, then each row through the one door."""

    def act(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        cards = [card for card in map(card_of, queryset) if card.kind == kind]
        fitting = [(card, t) for card in cards if (t := circuit_of(card).by_name.get(name)) is not None]
        if not fitting:
            messages.warning(request, "所选的件都没有这一步")
            return None
        form = BatchForm(cast(ActorRequest, request), fitting[0][1], fitting[0][0])
        if "apply" in request.POST and form.is_valid():
            _take_each(request, fitting, form.given())
            return None
        context = model_admin.admin_site.each_context(request) | {
            "title": fitting[0][1].label,
            "form": form,
            "cards": [card for card, _ in fitting],
            "action": request.POST.get("action"),
            "opts": model_admin.model._meta,
        }
        return TemplateResponse(request, "casework/admin_step.html", context)

    return act


def _take_each(request: HttpRequest, fitting: list[tuple[Case, Transition]], given: dict[str, Any]) -> None:
    """Take the step on each row, and say of each what came of it."""
    outcome = take_each([card for card, _ in fitting], fitting[0][1].name, actor_of(request), given)
    for card, reasons in outcome.refused:
        messages.warning(request, f"{card}：{'；'.join(reasons)}")
    if outcome.done:
        messages.success(request, f"已办理“{fitting[0][1].label}” {len(outcome.done)} 件")


@admin.register(Case)
class CaseAdmin(CardAdmin):
    columns = (*titled("编号与事项", "事项"), KIND, UNIT, STATE, HOLDER, STEP_DUE, DUE, OPENED, CLOSED)
    list_filter = (KindFilter, "is_open", "severity", "holder_role", ("opened_on", admin.DateFieldListFilter))
    search_fields = ("number",)  # the box is there; the search is that of the pages
    date_hierarchy = "opened_on"
    list_select_related = ("unit", "holder_unit", "within", *kinds.related())
    inlines = (EventInline, AttachmentInline, GrantInline)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    acted = staticmethod(post_of_day)
    readers = OFFICE
    list_display = ("case", "seq", "day", "at", "label", "acted", "state", "reason")
    list_filter = ("name", ("day", admin.DateFieldListFilter))
    search_fields = ("case__number", "case__title", "label")
    list_select_related = ("case", "post__user", "post__unit")


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("name", "case", "kind", "size", "formed_on", "uploaded_by", "uploaded_at", "removed_at")
    list_filter = ("kind",)
    search_fields = ("name", "sha256", "case__number")
    list_select_related = ("case", "uploaded_by__user", "uploaded_by__unit")


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("case", "unit", "role", "post", "capacity", "from_on", "to_on")
    list_filter = ("capacity", "role")
    search_fields = ("case__number", "unit__sought", "post__user__sought")
    list_select_related = ("case", "unit", "post__user", "post__unit")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("text", "post", "case", "at", "read_at")
    search_fields = ("text",)
    list_select_related = ("post__user", "post__unit", "case")


@admin.register(ChoreRun)
class ChoreRunAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("title", "status", "said", "n_wrong", "post", "asked_at")
    list_filter = ("status", "chore")
    search_fields = ("title", "said")
    list_select_related = ("post__user", "post__unit")


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("prefix", "last")
    search_fields = ("prefix",)


@admin.register(Topic)
class TopicAdmin(RightsAdmin):
    readers = OFFICE | POLICY
    writers = POLICY
    list_display = ("code", "name", "parent", "is_in_use")
    list_filter = ("is_in_use",)
    search_fields = ("code", "name")


@admin.register(StepLimit)
class StepLimitAdmin(RightsAdmin):
    readers = OFFICE | POLICY
    writers = OFFICE | POLICY
    list_display = ("kind", "state", "n", "unit", "source")
    list_filter = (KindFilter,)
    search_fields = ("state", "source")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Kinds are chosen, not typed."""
        if db_field.name == "kind":
            return forms.ChoiceField(label=db_field.verbose_name, choices=kinds.choices())
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(CalendarDay)
class CalendarDayAdmin(RightsAdmin):
    readers = OFFICE | POLICY
    writers = OFFICE | POLICY
    list_display = ("day", "is_workday", "name")
    list_filter = ("is_workday",)
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not FIRST_YEAR <= obj.day.year <= LAST_YEAR:
            raise DomainError(f"日历调整只收 {FIRST_YEAR} 至 {LAST_YEAR} 年的日期")
        super().save_model(request, obj, form, change)
        before = form.initial.get("day") or obj.day
        for year in sorted({before.year, obj.day.year}):
            working_days.changed(year)


@admin.register(HolidayYear)
class HolidayYearAdmin(ReadOnlyAdmin):
    readers = OFFICE | POLICY
    list_display = ("year", "source", "announced_on", "loaded_by", "loaded_at")
    list_select_related = ("loaded_by__user", "loaded_by__unit")


for kind_spec in kinds.all_kinds():
    if kind_spec.admin is not None:
        content: Any = Case._meta.get_field(kind_spec.name).related_model
        admin.site.register(content, admin_of(kind_spec, kind_spec.admin))
