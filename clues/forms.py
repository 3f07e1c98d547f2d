"""What is asked for a new clue, and by what the list is narrowed."""

from __future__ import annotations

import django_filters
from django import forms

from casework.enums import Severity
from casework.filters import CaseFilter, StatesFilter, UnitFilter
from casework.models import Topic
from clues.enums import CLUE, ClueSource
from inspections.filters import WithinFilter
from inspections.models import Campaign
from organizations.models import Unit
from ui.forms import Choice, ComboSelect, TextField


class ClueForm(forms.Form):
    """A new clue."""

    campaign = Choice(Campaign.objects.filter(case__is_open=True).select_related("case"), label="督察批次")
    unit = Choice(Unit.objects.inspected().filter(abolished_on=None), label="承办单位", widget=ComboSelect())
    source = forms.ChoiceField(choices=ClueSource.choices, label="线索来源")
    topic = Choice(Topic.objects.second_level().filter(is_in_use=True), label="问题类别")
    severity = forms.TypedChoiceField(choices=Severity.choices, label="性质", coerce=int, initial=Severity.ORDINARY)
    title = TextField(label="标题", max_length=60)
    content = TextField(
        label="线索内容", rows=5, max_length=4_000, help_text="写时间、地点、事实；反映人的姓名、电话不写在这里。"
    )


class ClueFilter(CaseFilter):
    """The conditions of the list; each is a parameter of the URL."""

    unit = UnitFilter(CLUE, "承办单位")
    within = WithinFilter(CLUE)
    state = StatesFilter(CLUE)
    source = django_filters.ChoiceFilter(field_name="clue__source", choices=ClueSource.choices, label="来源")
