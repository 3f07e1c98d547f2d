"""A word on one of several things that stand beside one another: on a measure, on a warning."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import TextChoices

from rectification.enums import Judge, Verdict, WarningAnswer
from rectification.models import Measure
from rectification.pages import Row
from rectification.paper.shown import Warned
from rectification.services import Word
from ui.forms import DayField, TextField


class Beside:
    """A form that is one row among others: what a rule refused of "<row>-<field>" is said beside the field."""

    row: str
    fields: Any

    def put_beside(self, fields: dict[str, str]) -> None:
        for key, text in fields.items():
            row, _, name = key.partition("-")
            if row == self.row and name in self.fields:
                self.add_error(name, text)  # type: ignore[attr-defined]  # of the form it is mixed into


class WordRow(Beside, forms.Form):
    """One of a few words, and why; left empty it says nothing."""

    words: ClassVar[type[TextChoices]]
    wants_why: ClassVar[Collection[str]]
    why: ClassVar[str]  # said where why is lacking
    hint: ClassVar[str]  # of what to write

    verdict = forms.ChoiceField(
        label="认定", widget=forms.RadioSelect(attrs={"class": "form-check-input"}), required=False
    )
    reason = TextField(label="说明", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdict: Any = self.fields["verdict"]
        verdict.choices = self.words.choices
        self.fields["reason"].widget.attrs["placeholder"] = self.hint

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("verdict") and any(value for name, value in given.items() if name != "verdict"):
            self.add_error("verdict", "写了说明，还没有选认定")
        if given.get("verdict") in self.wants_why and not given.get("reason"):
            self.add_error("reason", self.why)
        return given


class VerdictRow(WordRow):
    """The verdict on one measure; of 部分到位 also what is missing, and by when."""

    words, wants_why, why = Verdict, (Verdict.PARTLY, Verdict.NOT_DONE), "部分到位、不到位须写明差在哪里"
    hint = "说明：到了哪一步，差在哪里"

    lacking = TextField(label="还差什么", max_length=300, required=False)
    supply_by = DayField(label="补齐期限", required=False)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"v{measure.n}", **kwargs)
        self.measure, self.row = measure, str(measure.n)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        is_partly = given.get("verdict") == Verdict.PARTLY
        for name in ("lacking", "supply_by"):
            if given.get(name) and given.get("verdict") and not is_partly:
                self.add_error(name, "只有部分到位才写")
            if is_partly and not given.get(name) and name not in self.errors:
                self.add_error(name, "部分到位须写明还差什么、哪天以前补齐")
        return given

    def word(self) -> Word:
        given = self.cleaned_data
        return Word(self.measure, given["verdict"], given["reason"], given["lacking"], given["supply_by"])


def verdict_forms(rows: Iterable[Row], judging: Judge, given: Any, **options: Any) -> list[VerdictRow]:
    """Return one form a measure, filled with what this judge has said of it."""
    said = ((row.measure, row.office if judging == Judge.OFFICE else row.supervisor) for row in rows)
    names = tuple(VerdictRow.base_fields)
    return [
        VerdictRow(
            given, measure=measure, initial={name: getattr(one, name) for name in names} if one else {}, **options
        )
        for measure, one in said
    ]


class WarningRow(WordRow):
    """A reviewer's word on one warning."""

    words, wants_why, why = WarningAnswer, WarningAnswer.values, "采信、不采信都请写一句理由"
    hint = "一句理由"

    def __init__(self, *args: Any, warned: Warned, **kwargs: Any) -> None:
        row = warned.row
        super().__init__(*args, prefix=f"w{row.pk}", initial={"verdict": row.answer, "reason": row.word}, **kwargs)
        self.warned, self.row = warned, str(row.pk)
        self.fields["reason"].label = "理由"


def warning_forms(warned: Iterable[Warned], given: Any) -> list[WarningRow]:
    """Return one form a warning, filled with what was said of it."""
    return [WarningRow(given, warned=one) for one in warned]
