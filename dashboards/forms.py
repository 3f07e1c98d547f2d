"""What is asked: a day, campaigns or years, a unit, a topic. Becomes a Selection within the reader's scope."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from casework.querysets import scope
from dashboards.names import OFFERED, Names
from dashboards.periods import bounds
from dashboards.selection import Selection
from inspections.models import Campaign
from ui.conditions import Condition, conditions_of
from ui.forms import DayField

YEAR = re.compile(r"y[12][0-9]{3}")
GROUPS = {"counties": "县（区）", "departments": "市直部门"}
LEADS = (("", "只计牵头单位"), ("all", "含配合单位"), ("assisting", "只计配合单位"))
SEVERITIES = ((1, "一般"), (2, "较重"), (3, "严重"))


class SelectionForm(forms.Form):
    """The range of the page, from the address. What cannot be read is said and left out."""

    on = DayField(label="截至", required=False)
    within = forms.MultipleChoiceField(label="督察", required=False)
    unit = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    group = forms.ChoiceField(required=False, choices=list(GROUPS.items()))
    topic = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    severity = forms.TypedChoiceField(label="性质", required=False, choices=SEVERITIES, coerce=int, empty_value=None)
    lead = forms.ChoiceField(label="口径", required=False, choices=LEADS)

    def __init__(self, data: QueryDict, names: Names) -> None:
        self.names, self.today = names, timezone.localdate()
        shown = data.copy()
        if not shown.get("on"):
            shown["on"] = self.today.isoformat()
        wanted = [name for given in data.getlist("within") for name in given.split(",") if name][
            :OFFERED
        ]  # an address writes several as 2,23
        shown.setlist("within", wanted)
        super().__init__(shown)
        self.fields["on"].widget.attrs["max"] = self.today.isoformat()
        self.fields["on"].widget.attrs["class"] = "form-control"
        years = sorted({c.year for c in names.campaigns.values()}, reverse=True)
        listed = [
            *((f"y{year}", f"{year} 年全部") for year in years),
            *((str(c.pk), f"{c.title}（{c.year}）") for c in names.campaigns.values()),
        ]
        self.fields["within"].choices = self._with_asked(wanted, listed)  # type: ignore[attr-defined]
        mine = names.actor.unit_ids if names.actor.is_inspected else None
        units = (
            [(pk, unit.name) for pk, unit in names.units.items() if mine is None or pk in mine]
            if data.get("unit")
            else []
        )
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["topic"].choices = (  # type: ignore[attr-defined]
            [(0, "未分类"), *((pk, topic.name) for pk, topic in names.topics.items())] if data.get("topic") else []
        )

    def _with_asked(self, wanted: list[str], listed: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Add older campaigns and years that are asked for by their address."""
        unlisted = [name for name in wanted if name not in dict(listed)]
        years = [(name, f"{name[1:]} 年全部") for name in unlisted if YEAR.fullmatch(name)]
        older = [int(name) for name in unlisted if name.isascii() and name.isdecimal() and len(name) < 18]
        return [
            *listed,
            *years,
            *(
                (str(c.pk), f"{c.title}（{c.year}）")
                for c in (self.names.campaigns_of(older).values() if older else ())
            ),
        ]

    @property
    def campaigns(self) -> Condition:
        """The campaigns and years to choose among, several at once."""
        return conditions_of([self["within"]])[0]

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on and on > self.today:
            raise forms.ValidationError(f"{on} 还没有到，截至日期最晚是今天")
        return on

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked and could be read; nothing that stands at its default."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}

    @property
    def params(self) -> dict[str, str]:
        """What was asked, as the address says it."""
        return {name: _written(value) for name, value in self.asked.items() if value != self.today}

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else was asked, for hidden fields beside the day and the campaign."""
        return [(name, value) for name, value in self.params.items() if name not in {"on", "within"}]

    def selection(self) -> Selection:
        """Return the selection within the reader's scope: a unit counts its own cards only."""
        asked, actor = self.asked, self.names.actor
        filters: dict[str, Any] = {}
        units = _units(asked, self.names)
        if actor.is_inspected:
            units = [pk for pk in actor.unit_ids if units is None or pk in units]
        if units is not None:
            filters["unit_id__in"] = units
        if "within" in asked:
            filters["within_id__in"] = _campaigns(asked["within"])
        if asked.get("topic") == 0:
            filters["topic_id__isnull"] = True
        elif "topic" in asked:
            filters["topic_id__in"] = self.names.topics_under(asked["topic"])
        if "severity" in asked:
            filters["severity"] = asked["severity"]
        if asked.get("lead") != "all":
            filters["is_lead"] = asked.get("lead") != "assisting"
        return Selection(asked.get("on") or self.today, self.today, filters, scope(actor))

    def chips(self) -> list[tuple[str, str]]:
        """Return what narrows the page besides the day and the campaign: (name of the parameter, words)."""
        asked, found = self.asked, []
        if "unit" in asked:
            found.append(("unit", self.names.units[asked["unit"]].name))
        if "group" in asked:
            found.append(("group", GROUPS[asked["group"]]))
        if "topic" in asked:
            found.append(("topic", self.names.topic(asked["topic"])))
        if "severity" in asked:
            found.append(("severity", f"性质：{dict(SEVERITIES)[asked['severity']]}"))
        if "lead" in asked:
            found.append(("lead", dict(LEADS)[asked["lead"]]))
        return found


def _written(value: Any) -> str:
    """Write what was asked as the address says it."""
    return value.isoformat() if isinstance(value, date) else ",".join(value) if isinstance(value, list) else str(value)


def _campaigns(within: list[str]) -> list[int]:
    """Return the ids of the campaigns named, and of all of the years named."""
    years = [int(name[1:]) for name in within if name[0] == "y"]
    of_years = Campaign.objects.filter(year__in=years).values_list("pk", flat=True) if years else ()
    return sorted({*of_years, *(int(name) for name in within if name[0] != "y")})


def _units(asked: dict[str, Any], names: Names) -> list[int] | None:
    if "unit" in asked:
        return names.family(asked["unit"])
    return names.group(asked["group"]) if "group" in asked else None


class RowsForm(forms.Form):
    """What the rows behind one number are asked for besides the range."""

    month = forms.RegexField(r"\A20\d{2}-(0[1-9]|1[0-2])\Z", required=False, strip=True)

    def clean_month(self) -> tuple[date, date] | None:
        month = self.cleaned_data["month"]
        return bounds(month) if month else None
