"""Clues in the admin; steps are actions."""

from django.contrib import admin

from casework.admin import CardAdmin, StateFilter
from clues.models import Clue


@admin.register(Clue)
class ClueAdmin(CardAdmin):
    list_display = ("case", "unit_name", "source", "state_word", "holder")
    list_filter = (StateFilter, "source")
    search_fields = ("case__number", "case__title", "content")
    list_select_related = ("case__unit", "case__holder_unit")

    @admin.display(description="承办单位", ordering="case__unit__code")
    def unit_name(self, row: Clue) -> str:
        return str(row.case.unit_name)
