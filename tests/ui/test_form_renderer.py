"""Selects are drawn without templates; they must be what Django's templates give."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from pytest_django.asserts import assertHTMLEqual

from ui.form_renderer import Renderer


class Choices(forms.Form):
    one = forms.ChoiceField(choices=[("", "全部"), ("1", "<b>&"), ("组", [("x", "X"), ("y", "Y\"'")])], required=False)
    several = forms.MultipleChoiceField(choices=[(1, "一"), (2, "二")])
    dressed = forms.ChoiceField(
        choices=[(None, "无"), (1234567, "大")],
        widget=forms.Select(attrs={"disabled": True, "hidden": False, "data-a": "<>"}),
    )


@pytest.mark.parametrize("data", [None, {"one": "x", "several": ["2"], "dressed": "1234567"}])
@pytest.mark.parametrize("name", ["one", "several", "dressed"])
def test_a_select_is_what_django_draws(name, data):
    ours, djangos = (Choices(data, renderer=renderer)[name].as_widget() for renderer in (Renderer(), DjangoTemplates()))

    assertHTMLEqual(ours, djangos)
    assert "<option" in ours
