"""Sealed periods, to be looked at: they are counted, never written by hand."""

from __future__ import annotations

from django.contrib import admin

from dashboards.models import Seal, SealedCell
from organizations.admin_site import ReadOnlyAdmin
from organizations.enums import OFFICE


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("period", "valid", "layout")
    list_filter = ("valid",)
    search_fields = ("period",)


@admin.register(SealedCell)
class SealedCellAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = (
        "period",
        "axis",
        "key",
        "severity",
        "is_lead",
        "subkind",
        "state",
        "n",
        "on_time",
        "on_time_original",
        "days",
    )
    list_filter = ("axis", "severity", "is_lead", "subkind", "state")
    search_fields = ("period",)
