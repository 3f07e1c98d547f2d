"""The form of a finding: four things first, the rest may follow."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from casework.enums import Severity
from casework.forms import MaterialsField
from casework.models import Case, Topic
from inspections.enums import Method, RectifyType, Source
from inspections.forms.fields import Choosing, UnitChoice, UnitChoices
from inspections.models import MOST_CITED as BASIS_WORDS
from inspections.models import Article, Basis, Campaign, Finding, LawVersion
from inspections.services import Cited
from inspections.services.findings import MOST_TITLE, MOST_WORDS
from organizations.models import Unit
from ui.form_actions import files_sent, sent
from ui.forms import Boxes, Choice, Choices, ComboSelect, DayField, TextField

FIRST_FACT = 1990  # a file that is looked through may be as old
ON_CARD = {"topic": "topic_id"}  # fields whose column has another name


class TopicChoice(Choice):
    """A topic of the second level, under its first level."""

    grouped: Sequence[tuple[Any, Any]] = ()

    def offer(self) -> None:
        """Read both levels once and group them."""
        rows = list(Topic.objects.filter(is_in_use=True).select_related("parent"))
        groups: dict[str, list[tuple[Any, str]]] = {}
        for topic in rows:
            if topic.parent is not None:
                groups.setdefault(str(topic.parent.name), []).append((topic.pk, str(topic)))
        self.queryset = Topic.objects.second_level().filter(is_in_use=True)
        self.grouped = [("", "还没有想好"), *groups.items()]
        self.choices = self.grouped

    def keep(self, keys: list[Any]) -> None:
        super().keep(keys)
        offered = {key for _, group in self.grouped if isinstance(group, list) for key, _ in group}
        if not offered.issuperset(keys):
            standing = Topic.objects.filter(pk__in=keys).order_by("code")
            self.choices = [*self.grouped, *((row.pk, self.label_from_instance(row)) for row in standing)]


class FindingForm(forms.Form):
    """A finding, new or to be corrected; `only` are the columns that may be corrected now."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    unit = UnitChoice(Unit.objects.none(), label="被督察单位", empty_label="请选择", help_text="打简称、拼音首字母都行")
    method = forms.ChoiceField(label="怎么发现的", choices=Method.choices, initial=Method.CASE_FILES)
    discovered_on = DayField(label="发现日期")
    happened_on = DayField(
        label="事实发生日期", required=False, first_year=FIRST_FACT, help_text="按当日施行的法律定性；不写的按发现日期"
    )
    statement = TextField(label="问题表述", rows=5, help_text="写数量、写事实，不写评价。反馈后此段锁定。")
    topic = TopicChoice(Topic.objects.none(), label="问题类别", required=False)
    severity = forms.TypedChoiceField(
        label="性质",
        choices=Severity.choices,
        coerce=int,
        initial=Severity.ORDINARY,
        widget=forms.RadioSelect,
        help_text="选“严重”的，反馈时告知分管市领导。",
    )
    rectify_type = forms.ChoiceField(
        label="整改类型", choices=RectifyType.choices, initial=RectifyType.TERM, widget=forms.RadioSelect
    )
    files: Any = MaterialsField(label="证据", required=False)
    title = TextField(label="标题", required=False, max_length=MOST_TITLE, help_text="不写的，取问题表述的第一句")
    rectify_by = DayField(
        label="整改时限",
        required=False,
        help_text="不写的，立行立改 30 日、限期整改 180 日、长期坚持 365 日。到期日是休息日的，顺延到下一个工作日",
    )
    source = forms.ChoiceField(label="问题来源", choices=Source.choices, initial=Source.ON_SITE)
    supervisor = UnitChoice(
        Unit.objects.none(),
        label="行业主管部门",
        required=False,
        empty_label="不须审核",
        help_text="销号前由它现场审核",
    )
    assisting = UnitChoices(Unit.objects.none(), label="配合单位", required=False)
    is_common = forms.BooleanField(label="共性问题", required=False)
    required_measures = TextField(
        label="规定措施", rows=3, required=False, help_text="市级整改方案规定的措施，一行一条，认领后列入单位的方案"
    )

    def __init__(
        self, *args: Any, units: QuerySet[Unit] | None = None, only: Collection[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        inspected = Unit.objects.inspected().filter(abolished_on=None).order_by("place")
        fields: Any = self.fields
        fields["unit"].queryset = units if units is not None else inspected
        fields["supervisor"].queryset = inspected.filter(is_industry_supervisor=True)
        fields["assisting"].queryset = inspected
        fields["topic"].offer()
        self.fields["statement"].widget.attrs["data-qy-most"] = str(MOST_WORDS)
        self.fields["title"].widget.attrs["maxlength"] = str(MOST_TITLE)
        if only is not None:
            keep = {*only, "seen"} | {name for name, column in ON_CARD.items() if column in only}
            for name in [name for name in self.fields if name not in keep]:
                del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """Return the columns as they are to stand, for `amend_finding`."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        if "topic" in given:
            topic = given.pop("topic")
            given["topic_id"] = topic.pk if topic else None
        for name in ("title", "rectify_by"):
            if name in given and not given[name]:
                del given[name]
        return given


class CitationForm(forms.Form):
    """One article of a basis."""

    basis: Any = Choice(None, label="依据", required=False, empty_label="选法律、法规或文件", widget=ComboSelect)
    article = TextField(label="条款", max_length=40, required=False)
    words = TextField(
        label="条文", rows=2, max_length=BASIS_WORDS, required=False, help_text="不写的，取条文库里的原文"
    )
    took = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the article that was picked from the library
    picked: Article | None = None  # what the page shows of it
    warned = ""

    def __init__(self, *args: Any, bases: Choosing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bases.offer(self.fields["basis"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("basis") and not given.get("article"):
            self.add_error("article", "请写条号，如 58 或者 第五十八条第一款")
        if given.get("article") and not given.get("basis"):
            self.add_error("basis", f"“{given['article']}”是哪部法律的，请选依据")
        return given


class BaseCitations(forms.BaseFormSet):
    """The articles together; the documents are read once."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        if not hasattr(self, "_bases"):
            self._bases = Choosing(Basis.objects.order_by("code"))
        return super().get_form_kwargs(index) | {"bases": self._bases}

    def cited(self) -> list[Cited]:
        """Return the articles that are to stand, each once."""
        rows = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("basis") and not form.cleaned_data.get("DELETE")
        ]
        took = Article.objects.select_related("version").in_bulk([row["took"] for row in rows if row.get("took")])
        given = (Cited(row["basis"], row["article"], row["words"], took.get(row.get("took"))) for row in rows)
        return list(dict.fromkeys(given))

    def tell(self, on: date | None) -> None:
        """Have each row show the article that was picked for it, and whether that was in force on the day."""
        keys = {form: whole(form["took"].value()) for form in self.forms}
        rows = Article.objects.select_related("version__basis").in_bulk([key for key in keys.values() if key])
        versions = LawVersion.objects.with_end().in_bulk({row.version_id for row in rows.values()})
        for form, key in keys.items():
            form.picked = rows.get(key or 0)
            if form.picked is not None:
                version = versions[form.picked.version_id]
                form.warned = "" if on is None or version.was_in_force(on) else f"{on:%Y-%m-%d} {version}不在施行"


CitationFormSet = forms.formset_factory(
    CitationForm, formset=BaseCitations, extra=1, can_delete=True, max_num=20, absolute_max=30
)


@dataclass(frozen=True)
class Sheet:
    """The page of a finding as it was sent: the form, the articles beside it (None where they may not be changed),
    and whether a button only asked.

    A button that asks for likenesses or for one more row saves nothing: what was typed comes back.
    """

    form: FindingForm
    citations: Any
    only_asks: bool

    @property
    def others(self) -> list[Any]:
        return [] if self.citations is None else [self.citations]

    def cited(self) -> list[Cited] | None:
        """Return the articles that are to stand, or None where they stay as they are."""
        return None if self.citations is None else self.citations.cited()

    def unit_id(self) -> int | None:
        """Return the unit that is chosen on the form at present."""
        return whole(self._given().get("unit"))

    def fact_on(self) -> date | None:
        """Return the day by which it is judged what was in force, as the form has it at present."""
        return fact_day(self._given())

    def statement(self) -> str:
        return str(self._given().get("statement") or "")

    def _given(self) -> Any:
        return self.form.data if self.form.is_bound else self.form.initial


def day_of_text(text: Any) -> date | None:
    """Read a day as it stands in a form; what is no day is none yet."""
    try:
        return DayField(required=False, first_year=FIRST_FACT).to_python(text)
    except forms.ValidationError:
        return None


def fact_day(given: Any) -> date | None:
    """Return the day of the fact, or of its discovery, as a form has it at present."""
    days = (day_of_text(given.get(name)) for name in ("happened_on", "discovered_on"))
    return next(filter(None, days), None)


def whole(text: Any) -> int | None:
    """Read a key from what was sent; what is no number is no key."""
    digits = str(text or "")
    return int(digits[:18]) if digits.isdecimal() else None


def sheet_of(
    request: HttpRequest,
    reused: Sequence[dict[str, Any]],
    *,
    finding: Finding | None = None,
    with_citations: bool,
    **given: Any,
) -> Sheet:
    """Read the page of a finding from a request.

    Args:
        reused: articles taken over from another finding, added at the end. `given`: what FindingForm takes besides.
    """
    asked = request.POST.get("do")
    data = sent(request)
    if data is not None and (reused or asked == "row"):
        data = _with_rows(data, reused or [{}])
    citations = (
        CitationFormSet(data, prefix="citations", initial=citations_initial(finding)) if with_citations else None
    )
    form = FindingForm(sent(request), files_sent(request), **given)
    return Sheet(form, citations, asked in {"similar", "row", "look"} or bool({"reuse", "take"} & request.POST.keys()))


def _with_rows(data: Any, rows: Sequence[dict[str, Any]], prefix: str = "citations") -> Any:
    """Return what was sent with articles added: in the rows in which nothing stands yet, then at the end."""
    longer = data.copy()
    total = longer.get(f"{prefix}-TOTAL_FORMS", "0")
    n = min(int(total[:9]), 30) if total.isdecimal() else 0
    stands = lambda at: any(longer.get(f"{prefix}-{at}-{name}", "").strip() for name in ("basis", "article", "words"))
    bare = [at for at in range(n) if not stands(at)]
    for row in rows:
        at, n = (bare.pop(0), n) if row and bare else (n, n + 1)
        for name, value in row.items():
            longer[f"{prefix}-{at}-{name}"] = str(value)
    longer[f"{prefix}-TOTAL_FORMS"] = str(n)
    return longer


def citations_initial(finding: Finding | None) -> list[dict[str, Any]]:
    """Return the articles a finding cites, for the form."""
    rows = finding.citations.all() if finding else ()
    return [
        {"basis": row.basis_id, "article": row.article, "words": row.words, "took": row.cites_id or ""} for row in rows
    ]


def finding_initial(card: Case) -> dict[str, Any]:
    """Return what stands in a finding, for the form."""
    finding: Finding = card.content
    names = (
        "method",
        "discovered_on",
        "happened_on",
        "statement",
        "rectify_type",
        "rectify_by",
        "source",
        "supervisor",
        "is_common",
        "required_measures",
    )
    of_card = {"title": card.title, "topic": card.topic_id, "severity": card.severity, "seen": card.last_seq}
    return (
        {name: getattr(finding, name) for name in names}
        | of_card
        | {"assisting": [unit.pk for unit in finding.assisting.all()]}
    )


def new_initial(campaign: Campaign, **given: Any) -> dict[str, Any]:
    """Return what a new finding of a campaign begins with."""
    return {"discovered_on": min(timezone.localdate(), campaign.to_on)} | {
        name: value for name, value in given.items() if value
    }


class FeedbackForm(forms.Form):
    """The units to feed back to, or all of them, and who gets a copy."""

    units = Choices(
        Unit.objects.none(),
        label="单位",
        widget=Boxes,
        required=False,
    )
    copied_to = Choices(
        Unit.objects.none(),
        label="抄告",
        widget=Boxes,
        required=False,
        help_text="抄告的单位收到知悉，只看得到这份反馈和问题清单。",
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], copied: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["units"].queryset, fields["copied_to"].queryset = units, copied
        fields["units"].label_from_instance = lambda unit: f"{unit.short_name}（{unit.n} 个问题）"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.data.get("all"):
            given["units"] = self.fields["units"].queryset  # type: ignore[attr-defined]
        elif not given.get("units") and "units" not in self.errors:
            self.add_error("units", "还没有选单位，请至少选一个")
        return given
