"""Sealed periods, to be looked at: they are counted, never written by hand."""

from __future__ import annotations

from django.contrib import admin

from dashboards.models import Seal, SealedCount, SealedDays, SealedPart
from organizations.admin_site import ReadOnlyAdmin
from organizations.enums import OFFICE


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("period", "valid")
    list_filter = ("valid",)
    search_fields = ("period",)


@admin.register(SealedCount)
class SealedCountAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("period", "unit", "severity", "is_lead", "state", "n", "on_time", "on_time_original", "days")
    list_filter = ("severity", "is_lead", "state")
    list_select_related = ("unit",)
    search_fields = ("period", "unit__name")


@admin.register(SealedPart)
class SealedPartAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("period", "dimension", "key", "severity", "is_lead", "state", "n")
    list_filter = ("dimension", "severity", "is_lead", "state")
    search_fields = ("period",)


@admin.register(SealedDays)
class SealedDaysAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("period", "days", "severity", "is_lead", "n")
    list_filter = ("severity", "is_lead")
    search_fields = ("period",)
