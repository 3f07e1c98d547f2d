"""Forms of a campaign: its fields, its units and teams."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property

from inspections.enums import CampaignKind, PlanState
from inspections.forms.fields import Named, NameField, UnitChoice
from inspections.models import Campaign, PlanItem, Team, TeamMember
from inspections.services import Seat, candidates, coordination_groups
from organizations.enums import UnitCategory
from organizations.models import Unit
from ui.forms import Choice, DayField, TextField, marked


def plan_items(*_: Any) -> QuerySet[PlanItem]:
    """Items of approved plans."""
    return (
        PlanItem.objects.filter(plan__case__state=PlanState.APPROVED)
        .select_related("plan")
        .order_by("-plan__year", "from_on", "pk")
    )


class CampaignForm(forms.Form):
    """A campaign, new or to be corrected; `only` are the fields that may be corrected now."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    plan_item = Choice(
        PlanItem.objects.none(),
        label="计划项目",
        required=False,
        empty_label="计划外",
        words=lambda item: f"{item.plan.year} · {item.title}",
    )
    outside_reason = TextField(
        label="计划外事由",
        rows=2,
        max_length=1_000,
        required=False,
        help_text="不在年度计划内的才写：谁交办、因何要查。随督察方案报负责人审定。日常发现的问题不用立批次，直接录入",
    )
    kind = forms.ChoiceField(label="督察类型", choices=CampaignKind.choices, initial=CampaignKind.SPECIAL)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    title = TextField(label="批次名称", max_length=80)
    from_on = DayField(label="实施自")
    to_on = DayField(label="实施至", help_text="发现问题的日期须在这段时间内；督察组存续到此后 36 日")
    content = TextField(label="督察内容", rows=5, max_length=4_000, required=False)
    with_supervision = forms.BooleanField(label="销号须经行业主管部门审核", required=False, initial=True)
    with_publicity = forms.BooleanField(label="销号须公示", required=False, initial=True)
    publicity_days = forms.IntegerField(label="公示天数", min_value=1, max_value=60, initial=7)

    def __init__(self, *args: Any, only: Collection[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item: Any = self.fields["plan_item"]
        item.queryset = plan_items()
        if only is not None:
            for name in [name for name in self.fields if name not in {*only, "seen"}]:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("from_on") and given.get("to_on") and given["to_on"] < given["from_on"]:
            self.add_error("to_on", "实施截止日不能早于起始日")
        planned = given.get("plan_item") or self.initial.get("plan_item")
        if "outside_reason" in self.fields and not planned and not given.get("outside_reason"):
            self.add_error("outside_reason", "不在年度计划内的，请写明事由；在计划内的，请在上面选计划项目")
        return given


class UnitsForm(forms.Form):
    """Which units, and which team each: one box and one select a unit, named by the unit's key."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, campaign: Campaign, units: Collection[Unit], teams: Collection[Team], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        placed = {row.unit_id: row.team_id for row in campaign.units.all()}
        self.by_unit = {unit.pk: unit for unit in units}
        self.by_team = {str(team.pk): team for team in teams}
        choices = [("", "未分组"), *((str(team.pk), str(team)) for team in teams)]
        for unit in units:
            self.fields[f"in-{unit.pk}"] = forms.BooleanField(
                label=marked(unit.short_name, unit), required=False, initial=unit.pk in placed
            )
            if teams:
                self.fields[f"team-{unit.pk}"] = forms.ChoiceField(
                    label=f"{unit.short_name}的督察组",
                    choices=choices,
                    required=False,
                    initial=str(placed.get(unit.pk) or ""),
                )

    def rows(self) -> list[dict[str, Any]]:
        """Return the units with their two fields, for the template."""
        return [
            {"unit": unit, "box": self[f"in-{pk}"], "team": self[f"team-{pk}"] if f"team-{pk}" in self.fields else None}
            for pk, unit in self.by_unit.items()
        ]

    def placing(self) -> dict[Unit, Team | None]:
        """Return the chosen units, each with its team."""
        given = self.cleaned_data
        return {
            unit: self.by_team.get(given.get(f"team-{pk}", ""))
            for pk, unit in self.by_unit.items()
            if given[f"in-{pk}"]
        }


class TeamForm(forms.Form):
    """A team: its name (only when it is formed) and the coordination group that leads it."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    name = TextField(label="组名", max_length=30)
    group = Choice(Unit.objects.none(), label="牵头协调小组", required=False, empty_label="不设")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group: Any = self.fields["group"]
        group.queryset = coordination_groups()


class SeatForm(forms.Form):
    """One person in the team."""

    user = NameField(list_id="people", label="姓名")
    duty = forms.ChoiceField(label="组内职责", choices=TeamMember.Duty.choices, initial=TeamMember.Duty.MEMBER)
    from_unit = NameField(list_id="units", label="派出单位")

    def __init__(self, *args: Any, people: Named, units: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["user"].named, fields["from_unit"].named = people, units


class BaseSeats(forms.BaseFormSet):
    """The members together; persons and units are read once for all rows."""

    @cached_property
    def people(self) -> Named:
        return Named(candidates(), lambda user: f"{user.name}（{user.home_unit}）" if user.home_unit else user.name)

    @cached_property
    def units(self) -> Named:
        return Named(Unit.objects.filter(abolished_on=None).exclude(category=UnitCategory.TEAM).order_by("place"), str)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"people": self.people, "units": self.units}

    def seats(self) -> list[Seat]:
        """Return those who are to sit."""
        given = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("user") and not form.cleaned_data.get("DELETE")
        ]
        return [Seat(row["user"], row["duty"], row["from_unit"]) for row in given]


SeatFormSet = forms.formset_factory(SeatForm, formset=BaseSeats, extra=3, can_delete=True, max_num=30, absolute_max=40)


def seats_initial(members: Collection[TeamMember]) -> list[dict[str, Any]]:
    """Return who sits, for the form."""
    return [{"user": member.post.user_id, "duty": member.duty, "from_unit": member.from_unit_id} for member in members]


class RecusalForm(forms.Form):
    """A member who may not inspect a unit."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    member = Choice(TeamMember.objects.none(), label="成员")
    unit = UnitChoice(Unit.objects.none(), label="回避单位")
    reason = TextField(label="回避事由", max_length=100, help_text="如：近三年曾任该单位副局长；近亲属在该单位任职")

    def __init__(self, *args: Any, members: QuerySet[TeamMember], units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["member"].queryset, fields["unit"].queryset = members, units
