"""The admin of a dictionary: each entry with who changed it last; one in use is retired, never deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organizations.admin_site.rights import RightsAdmin, Section


def _references(obj: Any) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Give the rows of every table that name an entry, by a key that is hidden too, with what they are called."""
    for relation in obj._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            model = relation.related_model
            yield str(model._meta.verbose_name), model._base_manager.filter(**{relation.field.name: obj})


class Retiring:
    """A form of an entry that is told, before it is set out of use, where it is used; sent again ticked, it is."""

    retired_by: tuple[str, Any]

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, in_use = self.retired_by
        self.is_retired = (
            self.is_bound
            and name in self.fields  # who only reads has none
            and getattr(self.instance, name) == in_use
            and self.fields[name].has_changed(in_use, self[name].data)
        )
        if self.is_retired:
            self.fields["sure"] = forms.BooleanField(label="仍要停用", required=False)

    def clean(self: Any) -> Any:
        given = super().clean()  # type: ignore[misc]
        if self.is_retired and not self.cleaned_data.get("sure"):
            used = [f"{word} {n} 条" for word, rows in _references(self.instance) if (n := rows.count())]
            if used:
                said = f"“{self.instance}”还用在：{'、'.join(used)}。停用后这些照旧保留并标明已停用，以后不能再选它。"
                self.add_error("sure", f"{said}确实要停用的，勾选后再保存")
        return given


class DictionaryAdmin(RightsAdmin):
    """A table whose entries others refer to.

    Attributes:
        retire: what is done to an entry instead of deleting it, as it is said to whoever tries.
        retired_by: the field that sets an entry out of use, and its value while it is in use. It is asked once more
            when the entry is referred to: where, and how often.
    """

    section = Section.DICTIONARY
    deletable = True
    retire = ""
    retired_by: tuple[str, Any] | None = None

    def in_use(self, obj: Any) -> str:
        """Say what refers to an entry, or nothing: a row of any table that names it, by a key that is hidden too."""
        return next((f"有{word}正在使用" for word, rows in _references(obj) if rows.exists()), "")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask once more before an entry that is referred to is set out of use."""
        made = super().get_form(request, obj, change, **kwargs)
        if obj is None or self.retired_by is None:
            return made
        return type(made.__name__, (Retiring, made), {"retired_by": self.retired_by})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse in words what is in use, whoever asks and however."""
        obj = self.get_object(request, unquote(object_id))
        reason = self.in_use(obj) if obj is not None and self.has_delete_permission(request, obj) else ""
        if not reason:
            return super().delete_view(request, object_id, extra_context)
        context = {"obj": obj, "opts": self.opts, "reason": reason, "retire": self.retire}
        context["change_url"] = self.change_url(obj)
        status = 409 if request.method == "POST" else 200
        return render(request, "admin/delete_refused.html", context, status=status)
