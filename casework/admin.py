"""The office's work in the admin: the lists of all cards and of each kind, with the steps of the circuits as actions.

Nothing here sets a state or touches the trail: an action leads with the ticked rows into the room where one step is
taken on several cases (casework.views.batches), which shows what will and will not happen to each.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from casework import kinds
from casework.columns import CLOSED, DUE, HELD, HOLDER, KIND, OPENED, STATE, STEP_DUE, UNIT, titled
from casework.deadlines import working_days
from casework.filters import CardFilter
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
from casework.pages.case_page import acts
from casework.pages.desk import read_work
from casework.pages.timeline import trail
from casework.search.search import find, search_cards
from casework.services import outlooks, recompute_deadlines
from casework.views.kinds import list_of
from casework.workflow.batches import MOST, steps_taken_by
from casework.workflow.circuits import circuit_of, word_of
from casework.workflow.prefetched import read_events
from casework.workflow.turns import turn_of
from organizations.actor import Actor
from organizations.admin_site import Desk, DictionaryAdmin, Fact, ReadOnlyAdmin, Section, post_of_day
from organizations.columns import ACTED
from organizations.enums import KEEPS_DEADLINES, OFFICE, Role
from organizations.requests import actor_of
from ui.columns import Column, on_screen
from ui.deeds import Outlook
from ui.lists import Empty, ListSpec

FIRST_YEAR, LAST_YEAR = 2000, 2100
POLICY = frozenset({Role.SYSTEM_ADMIN})  # 系统管理员：建号、字典 (docs/domain/compliance.md 6.1)
Desk.work = staticmethod(read_work)


def card_of(row: Any) -> Case:
    """Return the card of a row: a card itself, or what extends one."""
    return row if isinstance(row, Case) else row.case


class CardAdmin(ReadOnlyAdmin):
    """Base of the admin of a card and of every kind that extends one: fields are read, steps are actions.

    `spec` is None where all kinds stand.
    """

    readers = OFFICE
    section = Section.WORK
    history_word = "经过"
    spec: kinds.KindSpec | None = None

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if self.spec is None:
            return search_cards(queryset, search_term, actor_of(request)), False
        through = kinds.worded_through().get(self.spec.name, "")
        key = through.removeprefix(f"{self.spec.name}__") or "pk"
        return find(queryset, search_term, key=key), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer every step that this role can take at all, of the kinds this list holds."""
        actions = super().get_actions(request)
        for spec in [self.spec] if self.spec else kinds.all_kinds():
            for t in steps_taken_by(spec.name, actor_of(request)).values():
                name = f"step_{spec.name}_{t.name}"
                label = t.label if self.spec else f"{spec.label}：{t.label}"
                actions[name] = (_lead(spec.name, t.name), name, label)
        return actions

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the steps as they stand for this person now."""
        card, actor = card_of(kwargs["obj"]), actor_of(request)
        context["offers"], context["mendings"] = acts(card, actor, turn_of(card, actor))
        return super().render_change_form(request, context, *args, **kwargs)

    def facts(self, request: HttpRequest, obj: Any, editable: set[str]) -> list[Fact]:
        """Say of a card what its list says, then what its content holds."""
        actor, listing = actor_of(request), self.listing
        assert listing is not None
        card = listing.shows(listing.rows(actor)).filter(pk=card_of(obj).pk).first()
        columns = [column for column in on_screen(listing.columns, actor) if not column.is_title] if card else []
        said = [Fact(column.label, column.words(card)) for column in columns]
        labels = {fact.label for fact in said}
        return said + [one for one in super().facts(request, obj, editable) if one.label not in labels]

    def history_of(self, request: HttpRequest, obj: Any) -> list[tuple[Any, str, str]]:
        """The trail: nothing of a card is written in the admin."""
        card = card_of(obj)
        lines = trail(card, read_events(card), actor_of(request))
        return [(line.event.at, line.who, "：".join(filter(None, (line.label, line.quote)))) for line in lines]


class KindAdmin(CardAdmin):
    """The admin of a kind: its list is that of its page."""

    search_fields = ("case__number",)  # the box is there; the search is that of the pages
    exclude = ("case",)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the content of a card: it is named by its card, whatever its own key is."""
        return super().get_object(request, object_id, from_field or "case")

    @property
    def listing(self) -> ListSpec:  # type: ignore[override]  # asked anew: a declaration may gain a column
        assert self.spec is not None
        return list_of(self.spec)


def admin_of(spec: kinds.KindSpec, shown: kinds.AdminList) -> type[CardAdmin]:
    """Return the admin of a kind, made from its declaration."""
    about = {"__module__": __name__, "spec": spec, "days": shown.days, "beside": shown.beside}
    return type(f"{spec.name.title()}Admin", (KindAdmin if shown.model is None else BareKindAdmin,), about)


def _lead(kind: str, name: str) -> Callable[[Any, HttpRequest, Any], HttpResponse | None]:
    """Return the admin action of one step: the ticked rows, taken where the step is shown and asked for."""

    def act(desk: Any, request: HttpRequest, rows: Any) -> HttpResponse | None:
        seen = Case.objects.visible_to(actor_of(request)).filter(kind=kind, pk__in=rows.order_by().values("pk"))
        cards = list(seen.order_by("pk")[: MOST + 1])
        if not any(name in circuit_of(card).by_name for card in cards):
            messages.warning(request, "所选的件都没有这一步。")
            return None
        if len(cards) > MOST:
            messages.warning(request, f"一次最多办 {MOST} 件，请少选一些。")
            return None
        asked = {"step": name, "back": request.get_full_path(), "case": [card.pk for card in cards]}
        return redirect(f"{reverse('batch', args=[kind])}?{urlencode(asked, doseq=True)}")

    return act


BECAME = Column("state", "状态", lambda event: word_of(event.case.kind, event.state, None).label)
REASON = Column("reason", "原因", lambda event: event.reason, long=True)
ALL_CARDS = ListSpec(
    title="全部事项",
    rows=lambda actor: Case.objects.visible_to(actor),
    columns=(*titled("编号与事项", "事项"), KIND, UNIT, STATE, HOLDER, HELD, STEP_DUE, DUE, OPENED, CLOSED),
    filterset=CardFilter,
    search=search_cards,
    search_label="编号、标题、单位",
    order=("-opened_on", "-pk"),
    shows=lambda rows: rows.with_holder().select_related("unit", "holder_unit", "within", *kinds.related()),  # type: ignore[attr-defined]
    export_name="全部事项",
    empty=Empty("还没有事项"),
)


@admin.register(Case)
class CaseAdmin(CardAdmin):
    listing = ALL_CARDS
    search_fields = ("number",)  # the box is there; the search is that of the pages
    fields = ("severity", "topic", "within", "subkind", "secrecy")
    days = "opened_on"
    beside = (
        (Event, ("seq", "day", "label", ACTED, BECAME, REASON)),
        (Attachment, ("name", "kind", "size", "formed_on", "uploaded_by", "uploaded_at", "removed_at")),
        (Grant, ("unit", "role", "post", "capacity", "from_on", "to_on")),
    )

    def named(self, row: Any) -> str:
        return f"{row.get_kind_display()} {row}"


class BareKindAdmin(CaseAdmin):
    """The admin of a kind whose card says everything: under a proxy that has the cards of this kind alone."""

    listing = KindAdmin.listing

    def named(self, row: Any) -> str:
        return str(row)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    readers = OFFICE
    acted = staticmethod(post_of_day)
    list_display = ("label", "case", "day", "at", "acted", "became", "reason_given")
    fields = ("case", "seq", "label", "day", "at", "acted", "became", "reason_given", "due_on", "unit", "hash")
    readonly_fields = ("acted", "became", "reason_given")
    list_filter = ("day",)
    days = "day"
    ordering = ("-pk",)
    search_fields = ("case__number", "case__title", "label")
    list_select_related = ("case", "post__user", "post__unit")

    @admin.display(description="状态")
    def became(self, row: Event) -> str:
        return str(BECAME.get(row))

    @admin.display(description="原因")
    def reason_given(self, row: Event) -> str:
        return row.reason


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("name", "case", "kind", "size", "formed_on", "uploaded_by", "uploaded_at", "removed_at")
    list_filter = ("kind",)
    days = "uploaded_at"
    ordering = ("-pk",)
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
    days = "at"
    search_fields = ("text",)
    list_select_related = ("post__user", "post__unit", "case")


@admin.register(ChoreRun)
class ChoreRunAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("title", "status", "said", "n_wrong", "post", "asked_at")
    list_filter = ("status", "title")
    search_fields = ("title", "said")
    list_select_related = ("post__user", "post__unit")


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("prefix", "last")
    search_fields = ("prefix",)


@admin.register(Topic)
class TopicAdmin(DictionaryAdmin):
    readers = OFFICE | POLICY
    writers = POLICY
    list_display = ("code", "name", "parent", "is_in_use")
    list_filter = ("is_in_use", "parent")
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    retire = "不再用的，去掉“在用”。"
    retired_by = ("is_in_use", True)


@admin.register(StepLimit)
class StepLimitAdmin(DictionaryAdmin):
    readers = OFFICE | POLICY
    writers = KEEPS_DEADLINES
    list_display = ("state_word", "kind_word", "n", "unit", "source")
    search_fields = ("state", "source")
    retire = "不再用的，改成新的期限。"

    @admin.display(description="类型", ordering="kind")
    def kind_word(self, row: StepLimit) -> str:
        return kinds.spec_of(row.kind).label

    @admin.display(description="状态", ordering="state")
    def state_word(self, row: StepLimit) -> str:
        return row.state_word

    def in_use(self, obj: Any) -> str:
        """A limit is in use while its state is one of its kind: deadlines of open cases rest on it."""
        return "办理期限按它计算" if obj.state in kinds.spec_of(obj.kind).table.whole.states.values else ""

    def moved_by(self, old: Any, new: Any, actor: Actor) -> Outlook:
        return outlooks.of_limit(new, actor) if new is not None else Outlook([outlooks.NOTHING_MOVES])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        recompute_deadlines.of_limit(obj, actor_of(request).post)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Kinds and states are chosen, not typed."""
        if db_field.name == "kind":
            return forms.ChoiceField(label=db_field.verbose_name, choices=kinds.choices())
        if db_field.name == "state":
            return forms.ChoiceField(label=db_field.verbose_name, choices=_states())
        return super().formfield_for_dbfield(db_field, request, **options)


def _states() -> list[tuple[str, list[tuple[str, str]]]]:
    return [(spec.label, list(spec.table.whole.states.choices)) for spec in kinds.all_kinds()]


def _of_these_years(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(f"日历调整只收 {FIRST_YEAR} 至 {LAST_YEAR} 年的日期")


@admin.register(CalendarDay)
class CalendarDayAdmin(DictionaryAdmin):
    readers = OFFICE | POLICY
    writers = KEEPS_DEADLINES
    list_display = ("day", "is_workday", "name")
    list_filter = ("is_workday",)
    days = "day"
    search_fields = ("name",)
    ordering = ("-day",)
    retire = "改成与国务院办公厅的放假通知一致。"
    loaded = ("loaded_with__loaded_at", "loaded_with__loaded_by")

    def in_use(self, obj: Any) -> str:
        return "随年度放假安排装载" if obj.loaded_with_id else ""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if db_field.name == "day":
            field.validators.append(_of_these_years)
        return field

    def moved_by(self, old: Any, new: Any, actor: Actor) -> Outlook:
        days: dict[date, bool | None] = {old.day: None} if old is not None else {}
        return outlooks.of_days(days | ({new.day: new.is_workday} if new is not None else {}), actor)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        before = form.initial.get("day") or obj.day
        for year in sorted({before.year, obj.day.year}):
            working_days.changed(year, actor_of(request).post)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        working_days.changed(obj.day.year, actor_of(request).post)


@admin.register(HolidayYear)
class HolidayYearAdmin(ReadOnlyAdmin):
    readers = OFFICE | POLICY
    section = Section.DICTIONARY
    list_display = ("year", "source", "announced_on", "loaded_by", "loaded_at")
    list_select_related = ("loaded_by__user", "loaded_by__unit")
    loaded = ("loaded_at", "loaded_by")


for kind_spec in kinds.all_kinds():
    if kind_spec.admin is not None:
        admin.site.register(kind_spec.stored_as, admin_of(kind_spec, kind_spec.admin))
