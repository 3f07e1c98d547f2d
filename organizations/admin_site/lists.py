"""The list of a table of the admin as the house's own lists are: columns, conditions, saved filters, sheet.

A table that has a list page is listed as there; of any other, columns and conditions are read off its model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import django_filters
from django.contrib.admin.utils import get_fields_from_path, label_for_field, lookup_field
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ui.addresses import query_with
from ui.columns import Column
from ui.forms import ComboSelect, DayField
from ui.lists import Empty, ListSpec

if TYPE_CHECKING:
    from organizations.admin_site.rights import RightsAdmin

ON = "on"  # the parameter of the days: 2026, 2026-07 or 2026-07-03
KINDS: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.DateTimeField, "moment"),
    (models.DateField, "day"),
    (models.BooleanField, "text"),
    (models.IntegerField, "number"),
    (models.DecimalField, "number"),
)


def columns_of(desk: RightsAdmin) -> tuple[Column, ...]:
    """Return the columns of a table without a list page: what its admin names, under the labels of the model."""
    return tuple(_column(desk, str(name), is_title=n == 0) for n, name in enumerate(desk.list_display))


def _column(desk: RightsAdmin, name: str, *, is_title: bool) -> Column:
    label, own = label_for_field(name, desk.model, desk, return_attr=True)
    field = next((field for field in desk.opts.fields if field.name == name), None)
    kind: Any = next((kind for of, kind in KINDS if isinstance(field, of)), "text")
    sort = name if field is not None else getattr(own, "admin_order_field", None)
    return Column(
        name,
        str(label),
        lambda row: said_of(desk, name, row),
        kind=kind,
        sort=(sort,) if sort else (),
        is_title=is_title,
        long=isinstance(field, models.TextField) and not is_title,
        wide=is_title is False and kind == "moment",
    )


def said_of(desk: RightsAdmin, name: str, row: Any) -> Any:
    """Return what a field of a row says: the word of a choice, the row a key leads to, the value as it is."""
    value = lookup_field(name, row, desk)[2]
    if isinstance(value, models.Manager):
        return [str(one) for one in value.all()]
    said = getattr(row, f"get_{name}_display", None)
    return said() if said else value


class DayFilter(django_filters.DateFilter):
    field_class = DayField


# django-filter declares its filters without types
YES_NO: Any = partial(django_filters.ChoiceFilter, choices=(("1", "是"), ("0", "否")))
DAY: Any = DayFilter
ONE_OF: Any = django_filters.ChoiceFilter
ROW_OF: Any = partial(django_filters.ModelChoiceFilter, widget=ComboSelect())
VALUE_OF: Any = django_filters.AllValuesFilter


def filterset_of(model: type[Model], names: Sequence[Any]) -> type[django_filters.FilterSet] | None:
    """Return the conditions on these fields of a model."""
    made: dict[str, Any] = {}
    for path in names:
        made |= _conditions(path, get_fields_from_path(model, path)[-1])
    meta = type("Meta", (), {"model": model, "fields": ()})
    return type(f"{model.__name__}Desk", (django_filters.FilterSet,), {**made, "Meta": meta}) if made else None


def _conditions(path: str, field: Any) -> dict[str, Any]:
    label = str(field.verbose_name)
    if isinstance(field, models.BooleanField):
        return {path: YES_NO(label=label)}
    if isinstance(field, models.DateField):
        day = f"{path}__date" if isinstance(field, models.DateTimeField) else path
        return {
            f"{path}_from": DAY(field_name=day, lookup_expr="gte", label=f"{label}自"),
            f"{path}_to": DAY(field_name=day, lookup_expr="lte", label=f"{label}至"),
        }
    if field.choices:
        return {path: ONE_OF(label=label, choices=field.choices)}
    if field.related_model is not None:
        rows = lambda request: field.related_model._default_manager.visible_to(request.actor)
        return {path: ROW_OF(label=label, queryset=rows)}
    return {path: VALUE_OF(label=label)}


class Days(NamedTuple):
    """The days of a list: what is chosen, the way back, and what can be chosen below it."""

    chosen: str
    said: str
    whole_url: str
    choices: list[tuple[str, str]]


def span_of(text: str) -> tuple[date, date] | None:
    """Return first and last day of a year, a month or a day, such as 2026-07."""
    try:
        year, month, day = (*(int(part) for part in text.split("-")[:3]), 0, 0)[:3]
        first = date(year, month or 1, day or 1)
        following = date(year + month // 12, month % 12 + 1, 1) if month else date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
    return first, first if day else following - timedelta(1)


def within_days(rows: QuerySet[Any], field: str, text: str) -> QuerySet[Any]:
    """Keep the rows of a year, a month or a day; what is none of these fits no row."""
    if not text:
        return rows
    span = span_of(text)
    is_moment = isinstance(get_fields_from_path(rows.model, field)[-1], models.DateTimeField)
    return rows.filter(**{f"{field}{'__date' if is_moment else ''}__range": span}) if span else rows.none()


LEVELS: tuple[tuple[Any, str], ...] = (("year", "%Y"), ("month", "%Y-%m"), ("day", "%Y-%m-%d"))


def days_of(rows: QuerySet[Any], field: str, params: QueryDict) -> Days:
    """Return the years, the months of the chosen year, or the days of the chosen month, that have rows."""
    chosen = params.get(ON, "")
    n = len(chosen.split("-")) if chosen else 0
    if n >= len(LEVELS) or (chosen and span_of(chosen) is None):
        return Days(chosen, said_day(chosen), _with(params, ""), [])
    level, written = LEVELS[n]
    is_moment = isinstance(get_fields_from_path(rows.model, field)[-1], models.DateTimeField)
    bare = rows.order_by()
    found = bare.datetimes(field, level) if is_moment else bare.dates(field, level)
    several = [f"{day:{written}}" for day in found]
    return Days(
        chosen, said_day(chosen), _with(params, ""), [(said_day(text), _with(params, text)) for text in several]
    )


def said_day(text: str) -> str:
    """Write 2026-07 as 2026 年 7 月; what is no day stays as it was asked for."""
    if span_of(text) is None:
        return text
    return " ".join(f"{int(part)} {word}" for part, word in zip(text.split("-"), "年月日", strict=False))


def _with(params: QueryDict, text: str) -> str:
    return query_with(params, **{"page": None, ON: text or None}) or "?"


def spec_of(desk: RightsAdmin, request: HttpRequest) -> ListSpec:
    """Return the list of a table: that of its page where it has one, with the way into the admin for each row."""
    joined: Any = desk.list_select_related
    ordering: Any = desk.ordering or desk.opts.ordering
    base = desk.listing or ListSpec(
        title=desk.title,
        rows=lambda actor: desk.get_queryset(request),
        columns=columns_of(desk),
        filterset=filterset_of(desk.model, desk.list_filter),
        search=(lambda rows, words, actor: desk.get_search_results(request, rows, words)[0])
        if desk.search_fields
        else None,
        order=(*ordering, "pk"),
        shows=lambda rows: rows.select_related(*joined) if joined else rows,
        export_name=desk.title,
        measure="条",
        per_page=50,
        empty=Empty("还没有内容"),
    )
    held: Callable[[Any], QuerySet[Any]] = base.rows
    field, on = desk.days, request.GET.get(ON, "")
    return replace(
        base,
        rows=(lambda actor: within_days(held(actor), field, on)) if field else held,
        reading=None if field and on else base.reading,  # what is read depends on those days then
        columns=tuple(_led(column, desk) for column in _titled(base.columns)),
        template="admin/change_list.html",
        acts=lambda actor: [*desk.list_acts(request), *(base.acts(actor) if base.acts else [])],
        batch=lambda request: _batch(desk, request),
    )


def _titled(columns: Sequence[Column]) -> Sequence[Column]:
    """Let the first column lead to the row where no other does (a log has no page of its rows)."""
    if any(column.is_title for column in columns):
        return columns
    return (replace(columns[0], is_title=True), *columns[1:])


def _led(column: Column, desk: RightsAdmin) -> Column:
    """Lead from the title of a row to its page in the admin, and beside it to its own page."""
    if not column.is_title:
        return column

    def cell(row: Any, actor: Any) -> SafeString:
        words, page = column.words(row), desk.page_url(row)
        own = '<a class="bi bi-box-arrow-up-right" href="{}" aria-label="到本件页面：{}" title="到本件页面"></a>'
        led = '<span class="qy-led"><span class="qy-cut"><a class="qy-t" href="{}" title="{}">{}</a></span>{}</span>'
        return format_html(led, desk.change_url(row), words, words, format_html(own, page, words) if page else "")

    return replace(column, cell=cell)


def _batch(desk: RightsAdmin, request: HttpRequest) -> dict[str, Any] | None:
    """Return what lets rows be ticked: the actions this person has here."""
    actions = desk.offered(request)
    if not actions:
        return None
    return {"url": request.get_full_path(), "method": "post", "pick": "_selected_action", "actions": actions}
