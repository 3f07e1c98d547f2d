"""What stands on the page of a row in the admin: facts to read, fields to fill in, tables of what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.admin.utils import label_for_field
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, linebreaks

from organizations.actor import Actor
from organizations.admin_site.lists import said_of
from organizations.models import Post
from ui.columns import Column, written
from ui.forms import Choice, ComboSelect, DayField, TextField

if TYPE_CHECKING:
    from organizations.admin_site.rights import RightsAdmin

MOST_BESIDE = 200  # rows of another table that a page shows
POST = ("user", "unit")  # what the words of a post are made of
SECRETS = frozenset({"password", "post_data", "get_data", "key", "session_data"})


class Fact(NamedTuple):
    """A field that is read."""

    label: str
    value: Any


class Hanging(NamedTuple):
    """Rows of another table that hang on one."""

    title: str
    headings: list[str]
    rows: list[list[tuple[str, str]]]
    has_more: bool


def formfield(field: Any, actor: Actor, **options: Any) -> Any:
    """Return the field of the house for a field of a model: texts cleaned, days as an office writes them, and rows out
    of those this person may see, typed into, with what stands kept though it is offered no more (ui.forms.Keeping).
    """
    if isinstance(field, models.ForeignKey):
        rows = options.get("queryset") or field.related_model._default_manager.all()
        options |= {"form_class": Choice, "widget": ComboSelect, "queryset": offered(rows, actor)}
    elif isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        options |= {"form_class": DayField}
    elif isinstance(field, models.TextField):
        return TextField(label=field.verbose_name, required=not field.blank, help_text=field.help_text, rows=4)
    elif isinstance(field, models.CharField) and not field.choices:
        options |= {"form_class": TextField}
    return field.formfield(**options)


def offered(rows: Any, actor: Actor) -> Any:
    """Return the rows that may be chosen anew: those this person sees, without what is retired."""
    seen = rows.visible_to(actor) if hasattr(rows, "visible_to") else rows
    return seen.in_force(actor.today) if hasattr(seen, "in_force") else seen


def facts_of(desk: RightsAdmin, request: HttpRequest, obj: Any, editable: set[str]) -> list[Fact]:
    """Return what of a row is read here: every field that may be shown and is not in the form."""
    names = [str(name) for name in desk.get_fields(request, obj) if name not in editable and name not in SECRETS]
    return [Fact(str(label_for_field(name, desk.model, desk)), _shown(desk, request, name, obj)) for name in names]


def _shown(desk: RightsAdmin, request: HttpRequest, name: str, obj: Any) -> Any:
    value = said_of(desk, name, obj)
    if isinstance(value, models.Model):
        other: Any = desk.admin_site._registry.get(type(value))
        may = other is not None and other.has_view_permission(request)
        return format_html('<a href="{}">{}</a>', other.change_url(value), value) if may else str(value)
    if isinstance(value, str) and "\n" in value:
        return linebreaks(value, autoescape=True)
    return _written(value) or "—"


def _written(value: Any) -> str:
    return written(value, "moment")


def rows_beside(desk: RightsAdmin, actor: Actor, obj: Any) -> list[Hanging]:
    """Return the rows of other tables that hang on one, as far as this person sees them."""
    return [_hanging(model, names, actor, obj) for model, names in desk.beside]


def _hanging(model: type[models.Model], shown: Iterable[str | Column], actor: Actor, obj: Any) -> Hanging:
    owners = (obj, getattr(obj, "case", None))
    key, owner = next(
        (field, owner)
        for owner in owners
        for field in model._meta.fields
        if field.related_model is not None and isinstance(owner, field.related_model)
    )
    columns = [one if isinstance(one, Column) else _column(model, one) for one in shown]
    names = [column.name for column in columns]
    joined = [field.name for field in model._meta.fields if field.name in names and field.related_model is not None]
    joined += [
        f"{name}__{part}" for name in joined if model._meta.get_field(name).related_model is Post for part in POST
    ]
    rows = model._default_manager.visible_to(actor).filter(**{key.name: owner}).select_related(*joined)  # type: ignore[attr-defined]
    found = list(rows[: MOST_BESIDE + 1])
    headings = [column.label for column in columns]
    return Hanging(
        str(model._meta.verbose_name_plural),
        headings,
        [list(zip(headings, (column.words(row) for column in columns), strict=True)) for row in found[:MOST_BESIDE]],
        len(found) > MOST_BESIDE,
    )


def _column(model: type[models.Model], name: str) -> Column:
    """Return a field of a model as a column: under its own label, a choice by its word."""

    def get(row: Any) -> Any:
        said = getattr(row, f"get_{name}_display", None)
        return said() if said else getattr(row, name)

    return Column(name, str(label_for_field(name, model)), get, kind="moment")
