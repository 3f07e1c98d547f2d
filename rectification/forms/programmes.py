"""Input of programmes (整改工作方案) and of the answers of units."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils import timezone

from casework.enums import Severity
from casework.models import Case, Topic
from inspections.enums import RUNNING, Kind, RectifyType
from inspections.forms.fields import Choosing, UnitChoices
from inspections.models import Basis
from organizations.actor import Actor
from organizations.models import Unit
from rectification.models import Aspect, Programme
from rectification.pages.programme import Claimed
from rectification.services import AspectDraft
from ui.forms import Boxes, Choice, ComboSelect, DayField, TextField


class ProgrammeForm(forms.Form):
    """The head of a programme. `seen`: the events the person had before his eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    within = Choice(Case.objects.none(), label="督察批次", help_text="方案针对哪个批次发现的突出问题。")
    title = TextField(label="名称", max_length=80, help_text="如“法治建设领域突出问题整改工作方案”。")
    claim_by = DayField(label="认领期限", help_text="各单位在这一天前对标认领；是休息日的，顺延到下一个工作日。")
    purpose = TextField(label="总体要求", rows=3, max_length=2_000, required=False)
    units = UnitChoices(
        Unit.objects.none(), label="印发单位", required=False, widget=Boxes(attrs={"class": "form-check-input"})
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        campaigns = Case.objects.visible_to(actor).filter(kind=Kind.CAMPAIGN, state__in=sorted(RUNNING))
        fields["within"].queryset = campaigns.order_by("-pk")
        fields["units"].queryset = Unit.objects.inspected().in_force(timezone.localdate()).order_by("place")


class Offered:
    """What the rows choose from, read once for all of them."""

    def __init__(self) -> None:
        self.topics = Choosing(Topic.objects.second_level().filter(is_in_use=True).order_by("code"))
        self.bases = Choosing(Basis.objects.filter(repealed_on=None).order_by("code"))
        self.supervisors = Choosing(Unit.objects.filter(is_industry_supervisor=True).order_by("place"))


class AspectRow(forms.Form):
    """One problem of the whole city, with its required measures, one a line."""

    title = TextField(label="方面", max_length=60)
    statement = TextField(label="问题表述", rows=3, max_length=2_000)
    demands = TextField(
        label="规定措施", rows=4, max_length=5_000, help_text="一行一条。认领的单位可以写得更具体，不能删减。"
    )
    topic: Any = Choice(None, label="问题类别", widget=ComboSelect)
    severity = forms.TypedChoiceField(label="性质", choices=Severity.choices, coerce=int, initial=Severity.SERIOUS)
    basis: Any = Choice(None, label="依据", widget=ComboSelect)
    article = TextField(label="条款", max_length=40, help_text="如 第十五条、有关要求。")
    rectify_type = forms.ChoiceField(label="整改类型", choices=RectifyType.choices, initial=RectifyType.TERM)
    rectify_by = DayField(label="整改时限")
    supervisor: Any = Choice(None, label="行业主管部门", required=False, widget=ComboSelect, empty_label="不选")

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered.topics.offer(self.fields["topic"])
        offered.bases.offer(self.fields["basis"])
        offered.supervisors.offer(self.fields["supervisor"])

    def clean_demands(self) -> list[str]:
        return [line.strip() for line in str(self.cleaned_data["demands"]).splitlines() if line.strip()]

    def draft(self) -> AspectDraft:
        given = {name: value for name, value in self.cleaned_data.items() if name != "DELETE"}
        return AspectDraft(**given)


class BaseAspects(forms.BaseFormSet):
    """The problems together."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        if not hasattr(self, "_offered"):
            self._offered = Offered()
        return super().get_form_kwargs(index) | {"offered": self._offered}

    def written(self) -> list[Any]:
        return [form for form in self.forms if form.cleaned_data.get("title") and not form.cleaned_data.get("DELETE")]

    def drafts(self) -> list[AspectDraft]:
        """Return the problems that are to stand, in their order."""
        return [form.draft() for form in self.written()]

    def put_beside(self, fields: dict[str, str]) -> None:
        """Say what a rule refused beside the field it is about: fields are named "<row>-<field>"."""
        written = self.written()
        for key, text in fields.items():
            n, _, name = key.partition("-")
            if n.isdecimal() and int(n) < len(written) and name in written[int(n)].fields:
                written[int(n)].add_error(name, text)


AspectRows = forms.formset_factory(
    AspectRow, formset=BaseAspects, extra=1, can_delete=True, max_num=30, absolute_max=40
)


def aspects_initial(programme: Programme) -> list[dict[str, Any]]:
    """Return the problems of a programme, for the form."""
    rows = programme.aspects.prefetch_related("demands").order_by("n")
    return [_initial(aspect) for aspect in rows]


def _initial(aspect: Aspect) -> dict[str, Any]:
    names = ("title", "statement", "severity", "article", "rectify_type", "rectify_by")
    keys = {name: getattr(aspect, f"{name}_id") for name in ("topic", "basis", "supervisor")}
    demands = "\n".join(demand.content for demand in aspect.demands.all())
    return {name: getattr(aspect, name) for name in names} | keys | {"demands": demands}


class ClaimForm(forms.Form):
    """对标认领 on one page: of each problem the required measures that concern the unit; why not the rest."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    why = TextField(
        label="不认领的理由", rows=3, max_length=500, required=False,
        help_text="各方面都不涉及的，须写明理由；部分认领的，可以写其余为什么不涉及。",
    )  # fmt: skip

    def __init__(self, *args: Any, claimed: list[Claimed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claimed = claimed
        for one in claimed:
            self.fields[f"a{one.aspect.pk}"] = forms.TypedMultipleChoiceField(
                label=str(one.aspect),
                choices=[(demand.pk, f"措施 {demand.n}：{demand.content}") for demand, _ in one.demands],
                coerce=int,
                required=False,
                widget=Boxes(attrs={"class": "form-check-input"}),
                initial=[demand.pk for demand, is_chosen in one.demands if is_chosen],
            )

    def rows(self) -> list[tuple[Claimed, Any]]:
        """Return each problem with its boxes."""
        return [(one, self[f"a{one.aspect.pk}"]) for one in self.claimed]

    def chosen(self) -> dict[int, list[int]]:
        """Return what was chosen: problem -> its required measures."""
        return {
            one.aspect.pk: cast(list[int], self.cleaned_data[f"a{one.aspect.pk}"])
            for one in self.claimed
            if self.cleaned_data[f"a{one.aspect.pk}"]
        }
