"""What was done about a measure, and its evidence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from casework.enums import MaterialKind
from casework.forms import MaterialsField
from casework.models import Attachment
from rectification.models import Measure
from ui.forms import Choices, DayField, TextField

KINDS = [(value, label) for value, label in MaterialKind.choices if value != MaterialKind.OTHER]


class CompletionForm(forms.Form):
    """What was done about a measure, and its evidence."""

    result = TextField(label="完成情况", rows=4, max_length=2_000, help_text="写做了什么、多少件、效果如何。")
    done_on = DayField(label="完成日期", initial=timezone.localdate)
    existing = Choices(
        Attachment.objects.none(),
        label="用本件已有的材料作佐证",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="已上传过的不用再传。",
    )
    files = MaterialsField(  # type: ignore[assignment]  # BaseForm calls what was sent so too
        label="上传佐证", required=False
    )
    kind = forms.ChoiceField(label="材料类型", choices=[("", "其他"), *KINDS], required=False)
    formed_on = DayField(label="材料形成日期", required=False, help_text="上传材料落款或拍摄的日期。")

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Attachment.objects.standing().filter(case_id=measure.case_id).exclude(measures=measure).order_by("pk")
        existing: Any = self.fields["existing"]
        existing.queryset = there
        if not there:
            del self.fields["existing"]
