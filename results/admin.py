"""Schemes and their rules: the office writes the next version; one in force stays as it is
(规则有版本，当年中途修改不溯及).
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from organizations.admin_site import DictionaryAdmin
from organizations.enums import OFFICE
from results.models import ScoreRule, ScoreScheme


def _is_in_force(obj: Any) -> bool:
    scheme = getattr(obj, "scheme", obj)
    return scheme is not None and scheme.from_on <= timezone.localdate()


class VersionedAdmin(DictionaryAdmin):
    readers = writers = OFFICE
    retire = "写一个新的版本，旧的到期停用。"

    def in_use(self, obj: Any) -> str:
        return "已经施行" if _is_in_force(obj) else super().in_use(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj is not None and _is_in_force(obj))


@admin.register(ScoreScheme)
class ScoreSchemeAdmin(VersionedAdmin):
    list_display = ("name", "version", "from_on", "to_on", "total", "is_proposed")
    list_filter = ("is_proposed",)
    search_fields = ("name", "source")


@admin.register(ScoreRule)
class ScoreRuleAdmin(VersionedAdmin):
    list_display = ("code", "tier", "situation", "points", "per", "cap", "adds", "scheme")
    list_filter = ("scheme", "adds")
    list_select_related = ("scheme",)
    search_fields = ("code", "situation")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "scheme":  # rules are added to a version that is not in force yet
            kwargs["queryset"] = ScoreScheme.objects.filter(from_on__gt=timezone.localdate()).order_by("-from_on")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
