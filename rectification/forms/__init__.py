"""Input of plans, measures, verdicts and look-backs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils import timezone

from casework.files.uploads import TERMS
from casework.forms import MaterialsField
from casework.models import Case
from casework.workflow.inputs import RETURN_REASONS
from organizations.actor import Actor
from organizations.models import Unit
from rectification.enums import RECTIFICATION, WORKING, ItemVerdict
from rectification.forms.evidence import CompletionForm, EvidenceRows
from rectification.forms.words import Beside, verdict_forms, warning_forms
from rectification.models import Measure, RootCause
from rectification.services import MEASURE_FIELDS, Answer, Asked, MeasureDraft, Said, StageDraft
from rectification.workflow.plan_items import Item
from ui.forms import Boxes, Choice, Choices, DayField, TextField

__all__ = ["CompletionForm", "EvidenceRows", "verdict_forms", "warning_forms"]  # beside those below
HEAD = ("goal", "cause", "leader_title", "owner", "institution")
COLUMN = {"cause": "cause_id"}  # a field of the form -> as it is corrected (engine.amend)


class PlanForm(forms.Form):
    """The head of the plan: the fields that may be written now. `seen`: the events the person had before his eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    goal = TextField(
        label="整改目标", rows=3, max_length=2_000, help_text="写可以核对的结果，如“20 份案卷法制审核率达到 100%”。"
    )
    cause = Choice(
        RootCause.objects.filter(is_in_use=True),
        label="问题根源",
        help_text="这个问题主要因为什么发生，选最主要的一个。",
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
            if COLUMN.get(name, name) not in writable:
                del self.fields[name]

    def head(self) -> dict[str, Any]:
        """Return the head of the plan, each under the name by which it is corrected."""
        given = {COLUMN.get(name, name): value for name, value in self.cleaned_data.items() if name in HEAD}
        return {name: getattr(value, "pk", value) for name, value in given.items()}


class MeasureRow(forms.Form):
    """One measure among the rows of the plan's form; the words of a required one stand fast, others may follow them."""

    content = TextField(label="措施", rows=2, max_length=1_000)
    owner = TextField(label="责任人", max_length=60)
    due_on = DayField(label="完成时限")
    deliverable = TextField(label="成果", max_length=200, help_text="交出什么，如“印发文件及公开页面”。")
    standard = TextField(label="验收标准", max_length=200, help_text="凭什么认定做到了，如“案卷逐份复核，无遗漏”。")
    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_required = bool(self.initial.get("is_required"))
        self.item: Item | None = self.initial.get("item")  # what was said of it, where the plan was reviewed
        self.is_shut = self.item is not None and self.item.is_accepted
        for name in MEASURE_FIELDS if self.is_shut else ():
            self.fields[name].disabled = True

    def draft(self) -> MeasureDraft:
        given = self.cleaned_data
        return MeasureDraft(
            **{name: given[name] for name in MEASURE_FIELDS}, pk=given.get("pk"), removed=bool(given.get("DELETE"))
        )


class BaseMeasureRows(forms.BaseFormSet):
    """The measures together."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.is_required or form.is_shut:
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


def measures_initial(measures: Iterable[Measure], items: Iterable[Item] = ()) -> list[dict[str, Any]]:
    """Return what stands in the plan, for its form, with what was said of each item of it."""
    said, names = {item.n: item for item in items if item.said}, ("pk", "is_required", *MEASURE_FIELDS)
    return [{name: getattr(one, name) for name in names} | {"item": said.get(one.n)} for one in measures]


class StageRow(forms.Form):
    """One stage of the plan: what is reached by which day."""

    due_on = DayField(label="到哪一天")
    goal = TextField(label="达到什么", max_length=200)

    def draft(self) -> StageDraft:
        return StageDraft(self.cleaned_data["due_on"], self.cleaned_data["goal"])


class BaseStageRows(forms.BaseFormSet):
    """The stages together: a row that is emptied goes."""

    def drafts(self) -> list[StageDraft]:
        rows = (form for form in self.forms if form.cleaned_data.get("goal") and not form.cleaned_data.get("DELETE"))
        return [form.draft() for form in rows]


StageRows = forms.formset_factory(
    StageRow, formset=BaseStageRows, extra=1, can_delete=True, max_num=10, absolute_max=20
)


class ItemRow(Beside, forms.Form):
    """What is said of one item of a plan, beside the others."""

    verdict = forms.ChoiceField(
        label="审核意见",
        choices=ItemVerdict.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        required=False,
    )
    kind = forms.ChoiceField(label="退回类别", choices=[("", "退回的选类别"), *RETURN_REASONS], required=False)
    reason = TextField(label="缺什么、怎么改", max_length=300, required=False, rows=2)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefix, self.item, self.row = f"i{item.n}", item, str(item.n)
        for field in self.fields.values():  # what is said on top of the page names the item too
            field.label = f"{item.called}：{field.label}"

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(given["verdict"], given["kind"], given["reason"])


class PlanReviewForm(forms.Form):
    """What is said of the plan as a whole. `seen`: the events the person had before his eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    opinion = TextField(label="总的意见", max_length=1_000, rows=2, required=False, help_text="没有的不填。")


class LookBackForm(forms.Form):
    """A new look-back."""

    number = TextField(label="整改编号", max_length=40, help_text="如 QYFD-2026-ZX02-0017，见整改台账。")
    planned_on = DayField(label="计划日期", help_text="到这一天前核查，一般在销号后 3 至 12 个月。")


class WithdrawClosureForm(forms.Form):
    """Why a closure is withdrawn, and by when it is remedied anew."""

    found = TextField(label="查实的情况", max_length=500, rows=4, help_text="写明哪里虚假、凭什么认定，单位会看到。")
    relapse_due_on = DayField(label="重新整改时限", help_text="须在今天以后。是休息日的，顺延到下一个工作日。")
    files = MaterialsField(label="材料", required=False)  # type: ignore[assignment]  # BaseForm calls what was sent so too


class RoundForm(forms.Form):
    """A round of progress: what it is called, by when, and of what."""

    title = TextField(label="名称", max_length=60, help_text="如“2026 年 11 月整改进展”。")
    due_on = DayField(label="答复期限", help_text="是休息日的，顺延到下一个工作日。")
    within = Choice(Case.objects.none(), label="督察批次", required=False, empty_label="全部批次")
    units = Choices(
        Unit.objects.none(), label="单位", required=False, widget=Boxes, help_text="不选即所有有整改中事项的单位。"
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        under_way = Case.objects.visible_to(actor).filter(kind=RECTIFICATION, state__in=sorted(WORKING))
        within: Any = self.fields["within"]
        within.queryset = Case.objects.filter(pk__in=under_way.values("within")).order_by("-pk")
        units: Any = self.fields["units"]
        units.queryset = Unit.objects.filter(pk__in=under_way.values("unit")).order_by("place")
        today = timezone.localdate()
        self.initial.setdefault("title", f"{today.year} 年 {today.month} 月整改进展")


class CallAnswerForm(forms.Form):
    """The answer to a round as a whole. `seen`: the events the person had before his eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    all_unchanged = forms.BooleanField(label="全部无变化", required=False)


class AnswerRow(Beside, forms.Form):
    """What a unit says of one rectification, filled in with what it said last."""

    unchanged = forms.BooleanField(label="无变化", required=False)
    percent = forms.IntegerField(label="总体进度（%）", min_value=0, max_value=100, required=False)
    text = TextField(label="进展情况", rows=2, max_length=2_000, required=False)
    why = TextField(label="为什么没有进展", max_length=200, required=False)
    fall_reason = TextField(label="进度降低的原因", max_length=200, required=False)
    problem = TextField(label="存在问题", max_length=500, required=False)
    support = TextField(label="需要的支持", max_length=300, required=False, help_text="报上后列入督察科待办。")

    def __init__(self, *args: Any, one: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last, self.prefix, self.one, self.row = one.last, f"c{one.item.pk}", one, str(one.item.pk)
        self.initial = {"percent": last.percent, "text": last.text} if last else {}
        if not one.needs_why:
            del self.fields["why"]
        if last is None:
            del self.fields["unchanged"]
            del self.fields["fall_reason"]

    def answer(self, *, unchanged: bool = False) -> Answer:
        """Return what was said; `unchanged` of all holds of those not written otherwise."""
        given = self.cleaned_data
        untouched = not self.has_changed()
        return Answer(
            self.one.item.pk,
            given["percent"],
            given["text"],
            unchanged=bool(given.get("unchanged")) or (unchanged and untouched),
            why=given.get("why", ""),
            fall_reason=given.get("fall_reason", ""),
            problem=given["problem"],
            support=given["support"],
        )
