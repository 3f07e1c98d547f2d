"""Input of plans, measures, verdicts and look-backs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils import timezone

from casework.files.uploads import TERMS
from casework.forms import MaterialsField
from casework.models import Attachment
from rectification.enums import Judge, Verdict
from rectification.models import Measure
from rectification.pages import Row
from rectification.services import MEASURE_FIELDS, MeasureDraft
from ui.forms import Choices, DayField, TextField

HEAD = ("goal", "leader_title", "owner", "institution")


class PlanForm(forms.Form):
    """The head of the plan: the fields that may be written now. `seen`: the events the person had before his eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    goal = TextField(
        label="整改目标", rows=3, max_length=2_000, help_text="写可以核对的结果，如“20 份案卷法制审核率达到 100%”。"
    )
    leader_title = TextField(label="责任领导（职务）", max_length=40)
    owner = TextField(label="责任人", max_length=40)
    institution = TextField(label="建章立制", max_length=200, required=False, help_text="制度名称、文号，没有的不填。")
    papers = MaterialsField(
        label="方案正文、会议纪要等文件", required=False,
        help_text=f"没有的不选；保存后列在本件的“文件”处，送签时一并带上。{TERMS}",
    )  # fmt: skip

    def __init__(self, *args: Any, writable: Collection[str] = HEAD, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in HEAD:
            if name not in writable:
                del self.fields[name]

    def head(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in HEAD}


class MeasureRow(forms.Form):
    """One measure among the rows of the plan's form; the words of a required one stand fast."""

    content = TextField(label="措施", rows=2, max_length=1_000)
    owner = TextField(label="责任人", max_length=60)
    due_on = DayField(label="完成时限")
    deliverable = TextField(
        label="验收标准（交付物）", max_length=200, help_text="凭什么认定做到了，如“印发文件及公开页面”。"
    )
    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_required = bool(self.initial.get("is_required"))
        if self.is_required:
            self.fields["content"].disabled = True

    def draft(self) -> MeasureDraft:
        given = self.cleaned_data
        return MeasureDraft(
            **{name: given[name] for name in MEASURE_FIELDS}, pk=given.get("pk"), removed=bool(given.get("DELETE"))
        )


class BaseMeasureRows(forms.BaseFormSet):
    """The measures together."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.is_required:
            del form.fields["DELETE"]

    def written(self) -> list[Any]:
        """Return the rows in which something stands."""
        return [form for form in self.forms if form.cleaned_data.get("content")]

    def put_beside(self, fields: dict[str, str]) -> None:
        """Say what a rule refused beside the field it is about.

        Fields are named "<row>-<field>" (services.save_plan).
        """
        written = self.written()
        for key, text in fields.items():
            n, _, name = key.partition("-")
            if n.isdecimal() and int(n) < len(written) and name in written[int(n)].fields:
                written[int(n)].add_error(name, text)


MeasureRows = forms.formset_factory(
    MeasureRow, formset=BaseMeasureRows, extra=1, can_delete=True, max_num=30, absolute_max=40
)


def measures_initial(measures: Iterable[Measure]) -> list[dict[str, Any]]:
    """Return what stands in the plan, for its form."""
    return [{name: getattr(measure, name) for name in ("pk", "is_required", *MEASURE_FIELDS)} for measure in measures]


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
    formed_on = DayField(label="材料形成日期", required=False, help_text="上传材料落款或拍摄的日期。")

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Attachment.objects.standing().filter(case_id=measure.case_id).exclude(measures=measure).order_by("pk")
        existing: Any = self.fields["existing"]
        existing.queryset = there
        if not there:
            del self.fields["existing"]


class VerdictRow(forms.Form):
    """The verdict on one measure, beside the others; left empty it says nothing."""

    verdict = forms.ChoiceField(
        label="认定",
        choices=Verdict.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        required=False,
    )
    reason = TextField(
        label="说明", max_length=300, required=False, widget=forms.TextInput(attrs={"placeholder": "差在哪里"})
    )

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("reason") and not given.get("verdict"):
            self.add_error("verdict", "写了说明，还没有选认定")
        if given.get("verdict") not in (None, "", Verdict.DONE) and not given.get("reason"):
            self.add_error("reason", "部分到位、不到位须写明差在哪里")
        return given


def verdict_forms(rows: list[Row], judging: Judge, given: Any) -> list[VerdictRow]:
    """Return one form a measure, filled with what this judge has said of it."""
    said = {row.measure.pk: row.office if judging == Judge.OFFICE else row.supervisor for row in rows}
    initial = {pk: {"verdict": one.verdict, "reason": one.reason} if one else {} for pk, one in said.items()}
    return [
        VerdictRow(given, measure=row.measure, prefix=f"v{row.measure.n}", initial=initial[row.measure.pk])
        for row in rows
    ]


class LookBackForm(forms.Form):
    """A new look-back."""

    number = TextField(label="整改编号", max_length=40, help_text="如 QYFD-2026-ZX02-0017，见整改台账。")
    planned_on = DayField(label="计划日期", help_text="到这一天前核查，一般在销号后 3 至 12 个月。")
