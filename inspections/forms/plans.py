"""The form of an annual plan and its items."""

from __future__ import annotations

from typing import Any

from django import forms

from inspections.enums import CampaignKind
from inspections.models import AnnualPlan
from inspections.services import ItemDraft
from ui.forms import DayField, TextField


class PlanForm(forms.Form):
    """A new plan, or the purpose of one that is there (`year` goes then).

    `seen`: the events the person had before his eyes.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    purpose = TextField(
        label="总体要求", rows=3, max_length=2_000, required=False, help_text="督察的指导思想、重点和总量控制的安排"
    )


class ItemForm(forms.Form):
    """One inspection the plan foresees."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = TextField(label="名称", max_length=80)
    kind = forms.ChoiceField(label="督察类型", choices=CampaignKind.choices, initial=CampaignKind.SPECIAL)
    from_on = DayField(label="计划自")
    to_on = DayField(label="计划至")
    scope_note = TextField(label="对象与范围", max_length=200, required=False)
    lead = TextField(label="牵头", max_length=60, required=False)
    basis = TextField(label="依据", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("from_on") and given.get("to_on") and given["to_on"] < given["from_on"]:
            self.add_error("to_on", "计划截止日不能早于起始日")
        return given

    def draft(self) -> ItemDraft:
        return ItemDraft(**{name: value for name, value in self.cleaned_data.items() if name != "DELETE"})


class BaseItems(forms.BaseFormSet):
    """The items together."""

    def drafts(self) -> list[ItemDraft]:
        """Return the lines that are to stand."""
        return [
            form.draft()
            for form in self.forms
            if form.cleaned_data.get("title") and not form.cleaned_data.get("DELETE")
        ]


ItemFormSet = forms.formset_factory(ItemForm, formset=BaseItems, extra=1, can_delete=True, max_num=60, absolute_max=80)


def items_initial(plan: AnnualPlan) -> list[dict[str, Any]]:
    """Return what stands in the plan, for the form."""
    return [{name: getattr(item, name) for name in ItemForm.base_fields} for item in plan.items.all()]
