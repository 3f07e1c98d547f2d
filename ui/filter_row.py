"""The filter row, drawn once for each content: its selects hold hundreds of options that change once a month.

What may be chosen is asked on every page, as bare rows in the reader's scope, and the drawn row is kept under exactly
these rows: a new campaign, a renamed unit or a reader with other rights is another key, so nothing kept can be wrong
for anybody.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ui import remembered
from ui.filter_conditions import Condition

KEPT = 128  # rows of some 30 kB in each process
_drawn: OrderedDict[str, SafeString] = OrderedDict()


def draw(request: HttpRequest, form: BaseForm, near: list[Condition], far: list[Condition]) -> SafeString:
    """Return the conditions of a list as they stand in the filter row; `far` waits behind 更多条件."""
    if any(form.errors):
        return _render(near, far)
    key = _key(request, form, len(near))
    if key in _drawn:
        _drawn.move_to_end(key)
    else:
        _drawn[key] = _render(near, far)
        while len(_drawn) > KEPT:
            _drawn.popitem(last=False)
    return _drawn[key]


def forget() -> None:
    """Forget what is drawn."""
    _drawn.clear()


def _render(near: list[Condition], far: list[Condition]) -> SafeString:
    is_open = any(condition.field.errors for condition in far)
    context = {"conditions": near, "more_conditions": far, "is_more_open": is_open}
    return render_to_string("partials/conditions.html", context)


def _key(request: HttpRequest, form: BaseForm, near: int) -> str:
    """Return a digest of everything the drawn row depends on: which form, what is chosen, what may be chosen."""
    names = {form.add_prefix(name): getattr(field.widget, "suffixes", ()) for name, field in form.fields.items()}
    asked = [(name, request.GET.getlist(name)) for name in sorted(request.GET) if _is_of(name, names)]
    said = (type(form).__qualname__, near, asked, [list(_choices(form, name)) for name in form.fields])
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _is_of(parameter: str, names: dict[str, Any]) -> bool:
    return parameter in names or any(parameter.startswith(f"{name}_") for name in names)


def _choices(form: BaseForm, name: str) -> Iterator[Any]:
    field: Any = form.fields[name]
    yield name, str(field.label)
    rows = getattr(field, "queryset", None)
    if isinstance(rows, QuerySet):
        yield from _rows(rows, getattr(form, "made_for", None), name)
    else:
        yield from getattr(field, "choices", ())


def _rows(rows: QuerySet[Any], made_for: Hashable | None, name: str) -> Iterable[Any]:
    """Return what the options are made from; the question is written once where it is known for whom the form is."""

    def read() -> QuerySet[Any]:
        return rows.values_list(*columns_read(rows))

    return read() if made_for is None else remembered.tuples_of((made_for, name), read)


def columns_read(rows: QuerySet[Any]) -> list[str]:
    """Return the columns that the rows of a queryset bring along.

    Labels are made from nothing else (a test asks that of every select).
    """
    names, is_deferred = rows.query.deferred_loading
    if names and not is_deferred:
        return ["pk", *sorted(names)]
    joined = rows.query.select_related
    return list(_columns(rows.model, joined if isinstance(joined, dict) else {}))


def _columns(model: type[Model], joined: dict[str, Any], prefix: str = "") -> Iterator[str]:
    yield from (f"{prefix}{field.attname}" for field in model._meta.concrete_fields)
    for name, further in joined.items():
        related: Any = model._meta.get_field(name).related_model
        yield from _columns(related, further, f"{prefix}{name}__")
