"""The first page, what others hold, what one is told, and search."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from casework import kinds
from casework.columns import HELD, HOLDER, KIND, OPENED, OWN_DUE, STATE, STEP_DUE, UNIT, titled
from casework.filters import FamilyFilter
from casework.kinds import exports_cases, reads_cases
from casework.models import Case, Notice
from casework.pages.home import read_home
from casework.querysets import URGENT, reading_of
from casework.search.search import names, search_cards, units_called
from casework.views.kinds import MINE
from casework.workflow import notices as telling
from casework.workflow.circuits import circuit_of
from casework.workflow.turns import asked_from
from organizations.actor import Actor
from organizations.enums import UnitCategory
from organizations.models import Unit
from organizations.requests import ActorRequest
from ui import navigation
from ui.columns import Column
from ui.forms import ComboSelect
from ui.list_choosing import MOST_WORDS
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page
from ui.search import typed_words


@page()
def home(request: ActorRequest) -> HttpResponse:
    """轮到我 · 等别人; some roles land elsewhere (organizations.enums.STANDINGS)."""
    actor = request.actor
    if landing := actor.standing.lands:
        return redirect(landing)
    acts = [(reverse(name), label) for claim, name, label in navigation.beginnings if claim(actor)]
    return render(request, "casework/home.html", read_home(actor, getattr(request, "posts", ())) | {"acts": acts})


SOUGHT = "编号、标题、正文、单位"
EVENT = titled("事项", "事项", sort=())
TASK = Column("task", "要您做", lambda case: circuit_of(case).task(case, case.holder_role), sort=())
WAITING = ListSpec(
    "等别人",
    lambda actor: Case.objects.waiting_for_others(actor).with_holder().select_related("unit", *kinds.related()),
    (
        *EVENT,
        KIND.renamed("类型", sort=()),
        UNIT,
        TASK.renamed("在办什么"),
        HOLDER,
        HELD,
        STEP_DUE.renamed("对方期限"),
    ),
    order=("holder_since", "pk"),
    empty=Empty("没有在等别人的事项", "交给别人办的事项会列在这里。"),
    search=search_cards,
    search_label=SOUGHT,
    export_name="等别人办理",
    export_to=exports_cases,
)
AWAITING = ListSpec(
    "轮到我",
    lambda actor: Case.objects.awaiting(actor).select_related("unit", *kinds.related()),
    (
        *EVENT,
        TASK,
        KIND,
        UNIT,
        STATE,
        Column("held", "到手", lambda case: case.holder_since, kind="date", sort=("holder_since",)),
        STEP_DUE.renamed("办理期限"),
    ),
    order=URGENT,  # as on the first page
    empty=Empty("今天没有轮到您办的事", "轮到您时会列在这里。"),
    search=search_cards,
    search_label=SOUGHT,
    acts=lambda actor: together(actor),
    export_name="轮到我办理",
    export_to=exports_cases,
)


def together(actor: Actor) -> list[tuple[str, str]]:
    """Lead to the list of each kind of which something is mine: there cases are ticked and handled together."""
    mine = set(Case.objects.awaiting(actor).order_by().values_list("kind", flat=True).distinct())
    batched = [spec for spec in kinds.all_kinds() if spec.name in mine and spec.listing.batch]
    return [(f"{reverse(spec.listing.url_name)}?{MINE.query}", f"成批办{spec.label}") for spec in batched]


LATER = ListSpec(
    "未到时",
    lambda actor: Case.objects.not_yet(actor).with_holder().select_related("unit", *kinds.related()),
    (
        *EVENT,
        TASK.renamed("到时办什么"),
        KIND,
        UNIT,
        HOLDER,
        Column("from_on", "何时起办", asked_from, kind="date", sort=()),
    ),
    order=("holder_since", "pk"),
    empty=Empty("没有未到时的事项", "到日子才办的事项（公示期未满、未到复核日、未到回头看日期）会列在这里。"),
    search=search_cards,
    search_label=SOUGHT,
    export_name="未到时办理",
    export_to=exports_cases,
)


@page(to=reads_cases)
def not_yet(request: ActorRequest) -> HttpResponse:
    return list_page(request, LATER)


@page(to=reads_cases)
def awaiting(request: ActorRequest) -> HttpResponse:
    return list_page(request, AWAITING)


@page(to=reads_cases)
def waiting(request: ActorRequest) -> HttpResponse:
    return list_page(request, WAITING)


@page(to=reads_cases, writes=True)
def notices(request: ActorRequest) -> HttpResponse:
    """What one is told; POST marks one, or all, as read."""
    actor = request.actor
    if request.method == "POST":
        pk = request.POST.get("notice", "")
        telling.mark_read(actor, int(pk[:18]) if pk.isdecimal() else None)
        return redirect("notices")
    words = request.GET.get("q", "")
    rows = Notice.objects.visible_to(actor).select_related("case")
    if words:
        rows = rows.filter(case__in=search_cards(Case.objects.visible_to(actor), words[:MOST_WORDS], actor))
    return render(request, "casework/notices.html", {"rows": rows[:SHOWN_NOTICES], "words": words, "label": SOUGHT})


SHOWN_NOTICES = 100
MOST_UNITS = 8  # named above what is found


def goings() -> list[tuple[str, str]]:
    """How a case is getting on: whether it is open, late with its step, or late by the word of its kind."""
    late = [(f"late_{kind}", word) for kind, (word, _) in kinds.late(timezone.localdate()).items()]
    return [("open", "没有办结"), ("step_late", "本步逾期"), *late, ("done", "已办结")]


NO_CASES = (UnitCategory.LEADERS, UnitCategory.ADMINISTRATION)  # units whose people look on or keep the system


def units(request: ActorRequest) -> QuerySet[Any]:
    """The units whose cases one may look for; names are no secret, and to ask the cards for theirs would be dear."""
    rows = Unit.objects.only("short_name", "sought").order_by("place")
    if request.actor.is_inspected:
        return rows.filter(pk__in=request.actor.unit_ids)
    return rows.exclude(category__in=(UnitCategory.TEAM, *NO_CASES))


def holders(request: ActorRequest) -> QuerySet[Any]:
    """The units in whose hands a case can lie: the teams too."""
    return Unit.objects.only("short_name", "sought").exclude(category__in=NO_CASES).order_by("place")


class SearchFilter(FilterSet):
    """The kind of what is looked for; unless it is asked for, what is followed up is shown by what follows it."""

    kind = ChoiceFilter(label="类型", choices=kinds.choices)
    unit = FamilyFilter(label="责任单位", queryset=units)
    held_by = ModelChoiceFilter(label="在谁手上", queryset=holders, field_name="holder_unit", widget=ComboSelect())
    going = ChoiceFilter(label="办理情况", choices=goings, method="by_going")

    def by_going(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        today = self.request.actor.today
        if value.startswith("late_"):
            return rows.filter(kinds.late(today)[value.removeprefix("late_")][1])
        late = {"step_due_on__lt": today} if value == "step_late" else {}
        return rows.filter(is_open=value != "done", **late)

    class Meta:
        model = Case
        fields = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        if self.form.cleaned_data["kind"]:
            return rows
        seen = Case.objects.visible_to(self.request.actor)
        for kind, path in sorted(kinds.worded_through().items()):
            rows = rows.exclude(Exists(seen.filter(kind=kind, **{path: OuterRef("pk")}).order_by()))
        return rows


def _units_meant(rows: QuerySet[Any], request: ActorRequest) -> dict[str, Any]:
    """Return the units that the words name, of those whose pages the reader may open."""
    words = typed_words(request.GET.get("q", ""))
    if not words:
        return {"units": []}
    called: Any = units_called(words)
    meant = called.visible_to(request.actor).prefetch_related("names")
    return {"units": [unit for unit in meant if any(names(word, unit) for word in words)][:MOST_UNITS]}


SEARCH = ListSpec(
    "查找",
    lambda actor: Case.objects.visible_to(actor).select_related("unit", "within", *kinds.related()),
    (
        *EVENT,
        KIND.renamed("类型", inline=True),
        UNIT,
        STATE.renamed("状态", sort=()),
        HOLDER,
        HELD,
        STEP_DUE,
        OWN_DUE,
        OPENED,
    ),
    shows=lambda rows: rows.with_holder(),  # type: ignore[attr-defined]  # cards
    reading=reading_of,
    filterset=SearchFilter,
    search=search_cards,
    summary=_units_meant,
    template="casework/search.html",
    search_label=SOUGHT,
    export_name="查找结果",
    export_to=exports_cases,
    empty=Empty("没有找到", "可以按编号、标题里的词或者单位简称查找。"),
)


@page(to=reads_cases)
def search(request: ActorRequest) -> HttpResponse:
    return list_page(request, SEARCH)
