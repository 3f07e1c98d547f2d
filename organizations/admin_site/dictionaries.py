"""The admin of a dictionary: each entry with who changed it last; one in use is retired, never deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organizations.admin_site.changes import CHANGED, with_changes
from organizations.admin_site.lists import spec_of
from organizations.admin_site.rights import RightsAdmin, Section
from ui.lists import ListSpec


class DictionaryAdmin(RightsAdmin):
    """A table whose entries others refer to.

    Attributes:
        retire: what is done to an entry instead of deleting it, as it is said to whoever tries.
    """

    section = Section.DICTIONARY
    deletable = True
    retire = ""

    def list_spec(self, request: HttpRequest) -> ListSpec:
        spec = spec_of(self, request)
        return replace(spec, columns=(*spec.columns, *CHANGED), shows=lambda rows: with_changes(spec.shows(rows)))

    def in_use(self, obj: Any) -> str:
        """Say what refers to an entry, or nothing: a row of any table that names it, by a key that is hidden too."""
        for relation in obj._meta.get_fields(include_hidden=True):
            if not relation.auto_created or relation.concrete:
                continue
            model = relation.related_model
            if model._base_manager.filter(**{relation.field.name: obj}).exists():
                return f"有{model._meta.verbose_name}正在使用"
        return ""

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
