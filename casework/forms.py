"""The form of a step, built from what the step needs and may take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from casework.enums import MaterialKind
from casework.files.uploads import ACCEPTED, TERMS
from casework.models import Case
from casework.workflow.circuits import Transition
from casework.workflow.inputs import INPUTS, Input
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
    if given.initial is not None:
        common["initial"] = given.initial(case)
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


BEFORE_HIS_EYES = frozenset({"seen", "shown"})
EMPTY: tuple[Any, ...] = (None, "", [], False)


class StepForm(forms.Form):
    """What one step asks for; `seen` says which events the person had before his eyes.

    Of a step that signs, `shown` says which content: where it is another now, the form comes back with that.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, request: ActorRequest, transition: Transition, case: Case) -> None:
        super().__init__(sent(request), files_sent(request), initial={"seen": case.last_seq})
        actor: Actor = request.actor
        self.signs = transition.signs(case) if transition.signs else None
        self.standing = {"seen": str(case.last_seq)}
        if self.signs is not None:
            self.standing["shown"] = mark_of(self.signs)
            self.fields["shown"] = forms.CharField(widget=forms.HiddenInput, initial=self.standing["shown"])
        for name in (*transition.needs, *transition.may):
            self.fields[name] = field_of(INPUTS[name], case, actor, required=name in transition.needs)

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
        """Return the inputs to hand to `perform`, without what was left empty."""
        return {k: v for k, v in self.cleaned_data.items() if k not in BEFORE_HIS_EYES and v not in EMPTY}


class BatchForm(StepForm):
    """What a step asks for when it is taken on several cases at once.

    What belongs to the very case is given on its own page.
    """

    def __init__(self, request: ActorRequest, transition: Transition, case: Case) -> None:
        super().__init__(request, transition, case)
        self.is_bound, self.signs = "apply" in request.POST, None  # each is taken as the list showed it: `seen`
        self.fields = {
            name: field
            for name, field in self.fields.items()
            if name not in BEFORE_HIS_EYES and not INPUTS[name].is_of_the_case
        }


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
