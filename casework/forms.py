"""The form of a step, built from what the step needs and may take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings

from casework.enums import MaterialKind
from casework.files.uploads import ACCEPTED, TERMS
from casework.models import Case
from casework.workflow.circuits import Transition
from casework.workflow.inputs import INPUTS, Input, Statement
from casework.workflow.signing import CHANGED, mark_of
from organizations.actor import Actor
from organizations.requests import ActorRequest
from ui.form_actions import files_sent, sent
from ui.forms import Boxes, Choice, Choices, ComboSelect, DayField, FilesField, TextField


class MaterialsField(FilesField):
    """Files for a case: what may be sent is said beside the field, and a browser refuses the rest before sending it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = kwargs.get("help_text") or TERMS
        super().__init__(**kwargs)
        self.widget.attrs |= {"accept": ACCEPTED, "data-qy-most-bytes": str(settings.ATTACHMENT_MAX_BYTES)}


def field_of(given: Input, case: Case, actor: Actor, *, required: bool) -> forms.Field:
    """Return the form field of an input."""
    common: dict[str, Any] = {"label": given.label, "help_text": given.help, "required": required}
    if begins := given.initial or given.offered:
        common["initial"] = begins(case)
    match given.shape:
        case "long":
            return TextField(rows=4, max_length=given.most, **common)
        case "short":
            return TextField(max_length=given.most, **common)
        case "date":
            return DayField(**common)
        case "files":
            return MaterialsField(**common)
        case "percent":
            return forms.IntegerField(min_value=0, max_value=100, **common)
        case "choice":
            return forms.ChoiceField(choices=[("", "请选择"), *given.options], **common)
        case "choices":
            return forms.MultipleChoiceField(choices=given.options, widget=forms.CheckboxSelectMultiple, **common)
        case "yes":
            return forms.BooleanField(**common)
        case "row" | "rows":
            rows = given.rows(case, actor) if given.rows else None
            if given.shape == "row":
                return Choice(rows, widget=ComboSelect, **common)
            return Choices(rows, widget=Boxes, **common)
        case "statements":
            raise ValueError(f"{given.name} has several fields: fields_to_sign")


BEFORE_HIS_EYES = frozenset({"seen", "shown"})
EMPTY: tuple[Any, ...] = (None, "", [], False)


def fields_to_sign(name: str, statements: Iterable[Statement]) -> dict[str, forms.Field]:
    """Return the fields of an input of statements: each is ticked, and has its word where it asks for one."""
    found: dict[str, forms.Field] = {}
    for one in statements:
        found[f"{name}-{one.field}"] = forms.BooleanField(
            label=one.text, error_messages={"required": "没有做到的不能签字，请先补办"}
        )
        if one.asks:
            found[f"{name}-{one.field}-word"] = TextField(label=one.asks, max_length=200)
    return found


class StepForm(forms.Form):
    """What one step asks for; `seen` says which events the person had before his eyes.

    Of a step that signs, `shown` says which content: where it is another now, the form comes back with that.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    signing: dict[str, list[Statement]]  # the statements of each input that is signed one by one

    def __init__(self, request: ActorRequest, transition: Transition, case: Case) -> None:
        super().__init__(sent(request), files_sent(request), initial={"seen": case.last_seq})
        actor: Actor = request.actor
        self.signs = transition.signs(case) if transition.signs else None
        self.standing = {"seen": str(case.last_seq)}
        if self.signs is not None:
            self.standing["shown"] = mark_of(self.signs)
            self.fields["shown"] = forms.CharField(widget=forms.HiddenInput, initial=self.standing["shown"])
        self.signing = {}
        for name in (*transition.needs, *transition.may):
            given = INPUTS[name]
            if given.shape == "statements" and given.rows:
                self.signing[name] = list(given.rows(case, actor))
                self.fields |= fields_to_sign(name, self.signing[name])
            else:
                self.fields[name] = field_of(given, case, actor, required=name in transition.needs)
        if case.state not in transition.sources:  # it is over: who was first is said, and what was typed is kept
            self.signs = None
            for field in self.fields.values():
                field.required = False

    def clean(self) -> dict[str, Any]:
        """Refuse what is not what was shown, whatever else is wrong, and show anew what it is now."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.signs is not None and given.get("shown") != self.standing["shown"]:
            anew: Any = self.data.copy()  # type: ignore[attr-defined]  # what was posted
            for name, value in self.standing.items():
                anew[name] = value
            self.data = anew
            raise forms.ValidationError(CHANGED)
        return given

    def given(self) -> dict[str, Any]:
        """Return the inputs to hand to `perform`, without what was left empty; statements as they were signed."""
        clean = self.cleaned_data
        apart = {key for name, some in self.signing.items() for key in fields_to_sign(name, some)} | BEFORE_HIS_EYES
        given = {k: v for k, v in clean.items() if k not in apart and v not in EMPTY}
        for name, statements in self.signing.items():
            key = lambda one, name=name: f"{name}-{one.field}"
            given[name] = [one.signed(clean.get(f"{key(one)}-word", "")) for one in statements if clean.get(key(one))]
        return given


class BatchForm(StepForm):
    """What a step asks for when it is taken on several cases at once.

    What belongs to the very case is given on its own page; of what is said of each case, it has a field each.
    """

    def __init__(self, request: ActorRequest, transition: Transition, cases: Sequence[Case]) -> None:
        super().__init__(request, transition, cases[0])
        self.is_bound, self.signs = "apply" in request.POST, None  # each is taken as the list showed it: `seen`
        self.of_each = transition.of_each
        apart = BEFORE_HIS_EYES | {*self.of_each}
        self.fields = {
            name: field for name, field in self.fields.items() if name not in apart and not INPUTS[name].is_of_the_case
        }
        for field in self.fields.values():
            field.initial = None  # offered of the first case
        self.shared_names = list(self.fields)
        for name in self.shared_names:  # whatever has become of the first of them meanwhile
            self.fields[name].required = name in transition.needs
        for case in cases:
            for name in self.of_each:
                field = field_of(INPUTS[name], case, request.actor, required=name in transition.needs)
                field.label = f"{field.label}：{case.number or case.title}"
                field.widget.attrs |= {"rows": 2}
                self.fields[f"{name}-{case.pk}"] = field

    @property
    def shared(self) -> list[forms.BoundField]:
        """The fields that are filled in once for all."""
        return [self[name] for name in self.shared_names]

    def fields_of(self, case: Case) -> list[forms.BoundField]:
        """Return the fields of one case."""
        return [self[f"{name}-{case.pk}"] for name in self.of_each]

    def given_for_all(self) -> dict[str, Any]:
        return {name: value for name, value in self.given().items() if name in self.shared_names}

    def given_of(self, case: Case) -> dict[str, Any]:
        """Return what was said of one case."""
        return {name: self.cleaned_data[f"{name}-{case.pk}"] for name in self.of_each}


class AttachForm(forms.Form):
    """Add files to a case."""

    files = MaterialsField(label="文件")  # type: ignore[assignment]  # BaseForm calls what was sent so too
    kind = forms.ChoiceField(choices=MaterialKind.choices, label="材料类型", initial=MaterialKind.OTHER)
    formed_on = DayField(label="形成日期", required=False, help_text="材料落款或拍摄的日期")


class ReasonForm(forms.Form):
    """A reason, for what takes something back."""

    reason = TextField(label="原因", rows=3, max_length=500)


class NewVersionForm(ReasonForm):
    """A file in the place of another, and why."""

    files = MaterialsField(label="新版本")  # type: ignore[assignment]  # as above


class WithdrawForm(ReasonForm):
    """Why a step is taken back; `seen` says which events the person had before his eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
