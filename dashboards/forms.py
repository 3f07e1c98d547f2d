"""What is asked: a day, campaigns or years, a unit, a topic. Becomes a Selection within the reader's scope."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from casework.querysets import scope
from dashboards.cube.dimensions import CATEGORY, GROUP, TOPIC, UNIT, Dimension
from dashboards.cube.labels import OFFERED, Labels
from dashboards.cube.selection import Selection
from dashboards.declared.registry import dimensions
from inspections.models import Campaign
from ui.filter_conditions import Condition, conditions_of
from ui.forms import DayField

YEAR = re.compile(r"y[12][0-9]{3}")
ONCE = "lead"  # a finding with several units counts once (docs/domain/results.md 11); so it is where nothing is asked
LEADS = ((ONCE, "只计牵头单位"), ("all", "含配合单位"), ("assisting", "只计配合单位"))
# chosen beside the page; everything else narrows it by the numbers that are opened
BESIDE = frozenset({"on", "since", "within"})


class KeyField(forms.CharField):
    """A key of a dimension, as the address says it."""

    def __init__(self, dimension: Dimension, labels: Labels) -> None:
        self.dimension, self.labels = dimension, labels
        super().__init__(label=dimension.label, required=False, max_length=20)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.dimension.read(self.labels, text) if self.dimension.read else None
        except (ValueError, KeyError) as error:
            raise forms.ValidationError(f"没有“{text}”这一项") from error


class SelectionForm(forms.Form):
    """The range of the page, from the address: one field a dimension that narrows.

    What cannot be read is said and left out.
    """

    on = DayField(label="截至", required=False)
    since = DayField(label="对比日期", required=False)
    within = forms.MultipleChoiceField(label="督察", required=False)
    lead = forms.ChoiceField(label="口径", required=False, choices=LEADS)

    def __init__(self, data: QueryDict, labels: Labels) -> None:
        self.labels, self.today = labels, timezone.localdate()
        shown = data.copy()
        if not shown.get("on"):
            shown["on"] = self.today.isoformat()
        # an address writes several as 2,23
        wanted = [name for given in data.getlist("within") for name in given.split(",") if name][:OFFERED]
        shown.setlist("within", wanted)
        super().__init__(shown)
        self.fields["on"].widget.attrs["max"] = self.today.isoformat()
        self.fields["on"].widget.attrs["class"] = "form-control"
        years = sorted({c.year for c in labels.campaigns.values()}, reverse=True)
        listed = [
            *((f"y{year}", f"{year} 年全部") for year in years),
            *((str(c.pk), f"{c.title}（{c.year}）") for c in labels.campaigns.values()),
        ]
        self.fields["within"].choices = self._with_asked(wanted, listed)  # type: ignore[attr-defined]
        for name, dimension in dimensions().items():
            if dimension.read and name not in self.fields:
                self.fields[name] = KeyField(dimension, labels)

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
                for c in (self.labels.campaigns_of(older).values() if older else ())
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

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        since, on = cleaned.get("since"), cleaned.get("on") or self.today
        if since and since >= on:
            self.add_error("since", f"{since} 不早于截至日期 {on}，没有可以对比的")
        return cleaned

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked and could be read; nothing that stands at its default."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}

    @property
    def counting(self) -> str:
        """Return how a finding with several units is counted."""
        return str(self.asked.get("lead", ONCE))

    @property
    def unread(self) -> list[tuple[str, str]]:
        """Return what could not be read: (the label of its field, what is wrong and what is shown instead)."""
        self.is_valid()
        instead = {"on": "今天", "since": "上月末"}
        return [
            (str(self.fields[name].label), f"{error.rstrip('。')}。现已按{instead.get(name, '全部')}显示")
            for name, errors in self.errors.items()
            for error in map(str, errors)
        ]

    @property
    def params(self) -> dict[str, str]:
        """What was asked, as the address says it; the day to compare with is said by what compares."""
        asked = ((name, value) for name, value in self.asked.items() if name != "since" and value != self.today)
        return {name: _written(name, value) for name, value in asked}

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else was asked, for hidden fields beside the day and the campaign; the order of a figure's lines too."""
        order = [("sort", self.data["sort"])] if self.data.get("sort") else []
        return [*((name, value) for name, value in self.params.items() if name not in BESIDE), *order]

    def selection(self) -> Selection:
        """Return the selection within the reader's scope: a unit counts its own cards only."""
        asked, actor = self.asked, self.labels.actor
        filters: dict[Dimension, set[Any]] = {UNIT: set(actor.unit_ids)} if actor.is_inspected else {}
        for name, keys in self._keys(asked):
            dimension = dimensions()[name].counted
            filters[dimension] = filters[dimension] & set(keys) if dimension in filters else set(keys)
        kept = {dimension: tuple(sorted(keys)) for dimension, keys in filters.items()}
        return Selection(asked.get("on") or self.today, self.today, kept, scope(actor))

    def _keys(self, asked: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Yield what was asked by dimension, as the keys that are counted."""
        if "within" in asked:
            yield "within", tuple(_campaigns(asked["within"]))
        if self.counting != "all":
            yield "lead", (0 if self.counting == "assisting" else 1,)
        for name, dimension in dimensions().items():
            if name in asked and name not in {"within", "lead"}:
                yield name, dimension.keys_of(self.labels, asked[name])

    def chips(self) -> list[tuple[str, str]]:
        """Return what narrows the page besides the day and the campaign: (name of the parameter, words)."""
        asked = self.asked
        found = [
            (name, self._said(dimension, asked[name]))
            for name, dimension in dimensions().items()
            if name in asked and name not in BESIDE and dimension.read
        ]
        return found if self.counting == ONCE else [*found, ("lead", dict(LEADS)[self.counting])]

    def _said(self, dimension: Dimension, key: Any) -> str:
        said = dimension.say(self.labels, key)
        return said if dimension in PLAIN else f"{dimension.label}：{said}"


PLAIN = (UNIT, GROUP, CATEGORY, TOPIC)  # whose words need no label


def _written(name: str, value: Any) -> str:
    """Write what was asked as the address says it."""
    if isinstance(value, date):
        return value.isoformat()
    if name in dimensions() and name not in {"within", "lead"}:
        return dimensions()[name].write(value)
    return ",".join(value) if isinstance(value, list) else str(value)


def _campaigns(within: list[str]) -> list[int]:
    """Return the ids of the campaigns named, and of all of the years named."""
    years = [int(name[1:]) for name in within if name[0] == "y"]
    of_years = Campaign.objects.filter(year__in=years).values_list("pk", flat=True) if years else ()
    return sorted({*of_years, *(int(name) for name in within if name[0] != "y")})
