"""What every form shares: dates as an office writes them, texts without invisible characters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from ui.form_renderer import sought_of
from ui.receiving import refusal_of
from ui.sheets import parse_day
from ui.texts import clean_text

FIRST_YEAR = 2000  # nothing typed is older but the days of laws; a sheet may bring the founding of a unit


class TextField(forms.CharField):
    """A text; too long is said with both numbers, and what was typed is kept."""

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        most = kwargs.pop("max_length", None)
        super().__init__(**kwargs)
        self.most = most
        if most:
            self.widget.attrs["data-qy-most"] = str(most)

    def clean(self, value: Any) -> str:
        text: str = super().clean(clean_text(value or ""))
        if self.most and len(text) > self.most:
            raise forms.ValidationError(
                f"现在有 {len(text)} 个字，超过 {self.most} 个字，请删减或者把详细材料作为附件上传"
            )
        return text


class DayInput(forms.DateInput):
    """A picker in the browser; what is no date stays as it was typed, in a plain field: a picker would empty it."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"type": "date", "data-qy-day": ""})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not _is_iso_day(shown):
            context["widget"]["attrs"]["type"] = context["widget"]["type"] = "text"
        return context


def _is_iso_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


NEARLY_A_DAY = re.compile(r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?")


class DayField(forms.DateField):
    """A date: a picker in the browser, and any of the ways an office writes it."""

    default_error_messages: ClassVar[dict[str, Any]] = {"required": "还没有填，请写成 2026-07-06 这样的日期"}

    def __init__(self, *, first_year: int = FIRST_YEAR, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput())
        super().__init__(**kwargs)
        self.first_year = first_year

    def to_python(self, value: Any) -> date | None:
        if value in (None, ""):
            return None
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value), self.first_year)
        except ValueError as wrong:
            no_such = NEARLY_A_DAY.fullmatch(str(value).strip()) and "年份" not in str(wrong)
            said = f"“{str(value)[:20]}”不是日期，{'没有这一天，' if no_such else ''}{wrong}"
            raise forms.ValidationError(said) from wrong


class ComboSelect(forms.Select):
    """A select that can be typed into however short it is; a long one can be anyway (ui/form_renderer.py)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.attrs.setdefault("data-qy-typed", "")


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes that know what their rows are sought by: many of them can be narrowed (static/choices.js)."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= sought_of(value)
        return option


class Asked(str):
    """A value that the address asks a form to begin with: chosen where it is offered, and never kept by `Keeping`.

    Whoever writes the address would else be offered, by its key, any row there is, by name.
    """

    __slots__ = ()


def asked_in(request: HttpRequest) -> dict[str, Asked]:
    """Return what the address asks a form to begin with."""
    return {name: Asked(str(value).replace("\0", "")) for name, value in request.GET.items()}


class Keeping:
    """What a choice from dictionaries, people and units shares: what stands stays choosable, whatever is offered now.

    A row that is offered no more (a topic out of use, a unit abolished, a closed account) is cleared by nobody's
    correction of another field: it is the form's initial value, so it is offered to this form, and marked by the word
    that the row has for it (`retired`).
    """

    queryset: Any

    def __init__(self, *args: Any, words: Callable[[Any], str] = str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.words = words

    def get_bound_field(self, form: Any, name: str) -> Any:
        """Every form asks for it before it cleans or draws the field."""
        if keys := keys_of(form.get_initial_for_field(self, name)):
            self.keep(keys)
        return super().get_bound_field(form, name)  # type: ignore[misc]  # mixed into fields, which have it

    def keep(self, keys: list[Any]) -> None:
        """Offer the rows of these keys too."""
        self.queryset = self.queryset | self.queryset.model._default_manager.filter(pk__in=keys)

    def label_from_instance(self, row: Any) -> str:
        return marked(self.words(row), row)


class Choice(Keeping, forms.ModelChoiceField):
    """One row out of those offered, or the one that stands."""


class Choices(Keeping, forms.ModelMultipleChoiceField):
    """Several rows out of those offered and those that stand."""

    def clean(self, value: Any) -> Any:
        """Refuse a key that no database holds, which the question for them all would fail at."""
        if isinstance(value, list | tuple):
            for key in value:
                if len(str(key)) > LONGEST_KEY:
                    raise forms.ValidationError(
                        self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(key)[:20]}
                    )
        return super().clean(value)


LONGEST_KEY = 18  # digits


def keys_of(value: Any) -> list[Any]:
    """Return the keys of what a form begins with: rows or keys, one or several."""
    if value in (None, ""):
        return []
    several = value if isinstance(value, list | tuple | set | QuerySet) else [value]
    return [getattr(one, "pk", one) for one in several if not isinstance(one, Asked)]


def marked(words: str, row: Any) -> str:
    """Return the words of a row, with the word for one that is offered no more."""
    retired = getattr(row, "retired", "")
    return f"{words}（{retired}）" if retired else words


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once; `kept`: those sent before with this very form, which need not be chosen again."""

    allow_multiple_selected = True
    template_name = "ui/many_files.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.kept: list[Any] = []

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"kept": self.kept}


def refuse_what_was_not_taken_in(given: Iterable[Any]) -> None:
    """Say beside the field why a file did not come in (ui.receiving).

    Raises:
        ValidationError: one did not.
    """
    if refused := next(filter(None, map(refusal_of, given)), ""):
        raise forms.ValidationError(refused)


class OneFileField(forms.FileField):
    """One file."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        refuse_what_was_not_taken_in([data])
        return super().clean(data, initial)


class FilesField(forms.FileField):
    """Several files at once; returns a list. One that was chosen twice is taken once, and named in `left_out`."""

    left_out: tuple[str, ...] = ()

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ManyFilesInput())
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        refuse_what_was_not_taken_in(given)
        if not given:
            super().clean(None, initial)
        kept: dict[tuple[str, str], Any] = {}
        sent = [file for file in given if file]
        seen = ((file, kept.setdefault((file.name, hash_of(file)), file)) for file in sent)
        self.left_out = tuple(file.name for file, first in seen if first is not file)
        return list(kept.values())


def hash_of(file: Any) -> str:
    """Return the SHA-256 of a file, which is left at its start."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


# What a widget wears: the first that fits. Rows of radios and what is hidden wear nothing.
CLOTHES: tuple[tuple[tuple[type[forms.Widget], ...], str], ...] = (
    ((forms.RadioSelect, forms.HiddenInput), ""),
    ((forms.CheckboxInput, forms.CheckboxSelectMultiple), "form-check-input"),
    ((forms.Select,), "form-select"),
    ((forms.Widget,), "form-control"),
)


def clothes(widget: forms.Widget) -> str:
    """Return the class of Bootstrap that a widget wears."""
    return next(css for kinds, css in CLOTHES if isinstance(widget, kinds))
