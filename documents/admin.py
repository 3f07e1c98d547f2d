"""Exports, to be looked at by those who asked for them."""

from __future__ import annotations

from django.contrib import admin

from documents.models import Export
from organizations.admin_site import ReadOnlyAdmin
from organizations.enums import OFFICE


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("title", "status", "done", "total", "asked_at", "size")
    list_filter = ("status", "path")
    search_fields = ("title",)
