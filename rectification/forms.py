"""Input of plans, measures, verdicts and look-backs."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from rectification.enums import LookBackVerdict, Verdict
from ui.forms import DayField, FilesField, TextField


class PlanForm(forms.Form):
    """The head of the plan."""

    goal = TextField(label="整改目标", rows=3, max_length=2_000, help_text="写可以核对的结果，如“20 份案卷法制审核率达到 100%”。")
    leader_title = TextField(label="责任领导（职务）", max_length=40)
    owner = TextField(label="责任人", max_length=40)


class MeasureForm(forms.Form):
    """One measure of the plan."""

    content = TextField(label="措施", rows=2, max_length=1_000)
    owner = TextField(label="责任人", max_length=60)
    due_on = DayField(label="完成时限")
    deliverable = TextField(label="验收标准（交付物）", max_length=200, help_text="凭什么认定做到了，如“印发文件及公开页面”。")


class CompletionForm(forms.Form):
    """What was done about a measure, and its evidence."""

    result = TextField(label="完成情况", rows=4, max_length=2_000)
    done_on = DayField(label="完成日期", initial=timezone.localdate)
    files = FilesField(  # type: ignore[assignment]  # BaseForm calls what was sent so too
        label="佐证", required=False, help_text="可以一次选多件；已上传过的不用再传。严禁上传涉密文件。"
    )
    formed_on = DayField(label="材料形成日期", required=False)


class VerdictForm(forms.Form):
    """One verdict."""

    verdict = forms.ChoiceField(label="认定", choices=Verdict.choices, widget=forms.RadioSelect)
    reason = TextField(label="说明", rows=2, max_length=300, required=False, help_text="部分到位、不到位的，写明差在哪里。")


class LookBackForm(forms.Form):
    planned_on = DayField(label="计划日期")


class LookBackVerdictForm(forms.Form):
    """What a look-back found."""

    verdict = forms.ChoiceField(label="结论", choices=LookBackVerdict.choices, widget=forms.RadioSelect)
    note = TextField(label="情况", rows=4, max_length=500)
    due_on = DayField(label="重新整改时限", required=False, help_text="部分反弹、反弹、虚假整改的必填；其余不填。")
