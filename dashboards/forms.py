"""What the page is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from casework.models import Case
from ui.forms import DayField


class AskForm(forms.Form):
    """Day, campaign, unit, topic; wrong ones are said and ignored."""

    on = DayField(label="截至", required=False)
    within = forms.TypedChoiceField(label="督察", required=False, coerce=int, empty_value=None)
    unit = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    topic = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any, campaigns: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["within"].choices = [("", "全部督察"), *campaigns]  # type: ignore[attr-defined]

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on and on > timezone.localdate():
            raise forms.ValidationError(f"{on:%Y-%m-%d} 还没有到，请选今天或以前的日期")
        return on

    def asked(self) -> dict[str, Any]:
        """Return what was asked for, without what could not be read."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}


def campaigns_with_cards(actor: Any) -> list[tuple[int, str]]:
    """Return the campaigns that have rectifications in the actor's scope."""
    within = Case.objects.visible_to(actor).filter(counted=True).order_by().values("within").distinct()
    return [(pk, f"{title}（{opened.year}）") for pk, title, opened in Case.objects.filter(pk__in=within).order_by("-number").values_list("pk", "title", "opened_on")]
