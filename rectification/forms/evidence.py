"""What was done about a measure, and its evidence: a row for each piece, or for several of one kind and day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from casework.enums import MaterialKind
from casework.forms import MaterialsField
from casework.models import Attachment, Case
from organizations.actor import Actor
from rectification.services import Filed
from ui.forms import ComboSelect, DayField, TextField, hash_of

KINDS = [(value, label) for value, label in MaterialKind.choices if value != MaterialKind.OTHER]
POINT, ANEW, OTHER = "point", "anew", MaterialKind.OTHER
OFFERED = 200  # files of other cases, the newest; what is older is known again when it is uploaded


class CompletionForm(forms.Form):
    """What was done about a measure."""

    result = TextField(label="完成情况", rows=4, max_length=2_000, help_text="写做了什么、多少件、效果如何。")
    done_on = DayField(label="完成日期", initial=timezone.localdate)


class EvidenceRow(forms.Form):
    """Evidence of one kind and day: uploads, or one file that the unit has filed before."""

    files = MaterialsField(label="文件", required=False)  # type: ignore[assignment]  # BaseForm calls what was sent so too
    same = forms.ChoiceField(
        label="已经提交过的",
        choices=((POINT, "直接引用"), (ANEW, "仍然另行上传")),
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        required=False,
    )
    filed = forms.ChoiceField(label="或者引用已提交的材料", widget=ComboSelect, required=False)
    kind = forms.ChoiceField(label="材料类型", choices=[("", "其他"), *KINDS], required=False)
    formed_on = DayField(label="形成日期", required=False, help_text="落款或者拍摄的日期。")
    place = TextField(label="证明所在", max_length=60, required=False, help_text="哪一页、哪一段，如“第 3 页第 2 段”。")

    def __init__(self, *args: Any, there: list[Attachment], case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.twins: list[tuple[Any, Attachment]] = []  # what was sent, and the very file, filed before: to be asked
        self.here: list[tuple[Any, Attachment]] = []  # likewise, here by this name and kind: not to be asked
        self.there, self.case = {str(file.pk): file for file in there}, case
        filed: Any = self.fields["filed"]
        filed.choices = [("", "不引用"), *((pk, _called(file, case)) for pk, file in self.there.items())]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        has_file = given.get("files") or given.get("filed") or self.errors
        if not has_file and any(given.get(name) for name in ("kind", "formed_on", "place")):
            self.add_error("files", "写了材料类型、日期或者页码，还没有选文件")
        return given

    def ask_of_twins(self, known: dict[str, Attachment]) -> None:
        """Ask, once, whether what was filed before is to be pointed at; `known`: by the hash of what was sent."""
        given = self.cleaned_data
        for file in given.get("files", []):
            twin = known.get(hash_of(file))
            if twin is not None:
                alike = (twin.case_id, twin.name, twin.kind) == (self.case.pk, file.name, given.get("kind") or OTHER)
                (self.here if alike else self.twins).append((file, twin))
        if self.twins and not given.get("same"):
            asked = (f"“{file.name}”已在“{_where(twin, self.case)}”中提交，直接引用？" for file, twin in self.twins)
            self.add_error("same", "".join(asked))

    def pieces(self) -> Iterable[Filed]:
        """Return what this row hands in."""
        given = self.cleaned_data
        place = given.get("place", "")
        twins = {id(file): twin for file, twin in [*self.here, *(self.twins if given.get("same") == POINT else ())]}
        for file in given.get("files", []):
            yield Filed(twins.get(id(file), file), place, given["kind"], given["formed_on"])
        if given.get("filed"):
            yield Filed(self.there[given["filed"]], place)


class BaseEvidenceRows(forms.BaseFormSet):
    """The rows together."""

    def __init__(self, *args: Any, case: Case, actor: Actor, **kwargs: Any) -> None:
        self.case, self.actor = case, actor
        kwargs["form_kwargs"] = {"there": offered(case, actor), "case": case}
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        hashes = {hash_of(file) for form in self.forms for file in getattr(form, "cleaned_data", {}).get("files", [])}
        known = filed_before(self.actor, hashes, self.case) if hashes else {}
        for form in self.forms if known else ():
            form.ask_of_twins(known)

    def pieces(self) -> list[Filed]:
        return [piece for form in self.forms for piece in form.pieces()]

    def put_beside(self, fields: dict[str, str]) -> None:
        """Say at the first row that evidence is lacking."""
        if "filed" in fields and self.forms:
            self.forms[0].add_error("files", fields["filed"])


EvidenceRows: Any = forms.formset_factory(  # as many rows as files may be sent at once
    EvidenceRow, formset=BaseEvidenceRows, extra=1, max_num=30, absolute_max=30
)


def offered(case: Case, actor: Actor) -> list[Attachment]:
    """Return what the unit has filed and may point at: in this case, then the newest in its others, each once."""
    own = Attachment.objects.standing().filter(case=case, uploaded_by__unit__in=actor.unit_ids).select_related("case")
    others = Attachment.objects.filed_by(actor).exclude(case=case).filter(points_at=None).select_related("case")
    return [*own.order_by("pk"), *others.order_by("-pk")[:OFFERED]]


def filed_before(actor: Actor, hashes: set[str], case: Case) -> dict[str, Attachment]:
    """Return which of these bytes the unit has filed, as they were sent, by their hash, first of this case."""
    found: dict[str, Attachment] = {}
    rows = Attachment.objects.filed_by(actor).sent_as(hashes).select_related("case")
    for file in sorted(rows.order_by("pk"), key=lambda file: file.case_id != case.pk):
        for key in (file.sha256, *(one for one in hashes if one in file.note)):
            found.setdefault(key, file)
    return {key: file for key, file in found.items() if key in hashes}


def _where(file: Attachment, case: Case) -> str:
    return "本件" if file.case_id == case.pk else str(file.case.number or file.case.title)


def _called(file: Attachment, case: Case) -> str:
    return f"{file.name}（{_where(file, case)}，{timezone.localtime(file.uploaded_at):%Y-%m-%d} 提交）"
