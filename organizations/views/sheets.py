"""Sheets: blank template, check, preview, confirm or give up."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from organizations.access import get_or_404
from organizations.columns import SHEETS
from organizations.enums import BRINGS, Fate, ImportKind
from organizations.forms import SheetForm
from organizations.models import StagedImport
from organizations.requests import ActorRequest
from organizations.services import sheets
from organizations.views.people import first_passwords
from ui.columns import filled_in
from ui.form_actions import act_on, files_sent, form_status, sent
from ui.pages import page
from ui.sheets import XLSX, CellProblem, ReadSheet, attachment_header, write_template

NAMED = 30  # so many rows by number
BACK = {
    ImportKind.UNITS: "organizations:units",
    ImportKind.USERS: "organizations:users",
    ImportKind.POSTS: "organizations:posts",
}


def brings_any(actor: Any) -> bool:
    return any(actor.role in roles for roles in BRINGS.values())


def kind_for(actor: Any, name: str) -> ImportKind:
    """Return the kind of sheet, if it is this actor's task.

    Raises:
        Http404: it is not.
    """
    if name not in ImportKind.values or actor.role not in BRINGS[ImportKind(name)]:
        raise Http404
    return ImportKind(name)


@page(to=brings_any, piecemeal=True)
def sheet(request: ActorRequest, kind: str) -> HttpResponse:
    """Choose a sheet; one with any wrong cell is refused whole, and every wrong cell is listed.

    It is read by its form, before the transaction begins: no lock is held meanwhile.
    """
    brought = kind_for(request.actor, kind)
    form = SheetForm(SHEETS[brought], request.actor, sent(request), files_sent(request))
    wrong: list[CellProblem] = []
    noted: list[CellProblem] = []

    def then(staged: StagedImport | None) -> HttpResponse | None:
        if staged is None:
            return None
        sheets.try_out(staged, actor=request.actor)
        return redirect("organizations:preview", staged.pk)

    answer = act_on(request, form, lambda given: _stage(request, brought, given, wrong, noted), then)
    if answer is not None:
        return answer
    context = {
        "form": form,
        "problems": wrong,
        "notes": noted,
        "kind": brought,
        "columns": filled_in(SHEETS[brought], request.actor),
        "back": reverse(BACK[brought]),
        "waiting": StagedImport.objects.visible_to(request.actor).filter(kind=brought),
    }
    return render(request, "organizations/sheet.html", context, status=form_status(request))


def _stage(
    request: ActorRequest, kind: ImportKind, given: dict[str, Any], wrong: list[CellProblem], noted: list[CellProblem]
) -> StagedImport | None:
    """Put a sheet aside to be looked at; where a cell is wrong, add it to `wrong` and put nothing aside."""
    read: ReadSheet = given["read"]
    wrong += read.problems or sheets.problems(kind, read.rows)
    noted += read.to_look_at()
    return None if wrong else sheets.put_aside(kind, given["file"].name, read.rows, actor=request.actor, notes=noted)


@page(to=brings_any)
def template(request: ActorRequest, kind: str) -> HttpResponse:
    """A blank sheet with a line of help."""
    brought = kind_for(request.actor, kind)
    response = HttpResponse(write_template(str(brought.label), SHEETS[brought], request.actor), content_type=XLSX)
    response["Content-Disposition"] = attachment_header(f"{brought.label}导入模板.xlsx")
    return response


@never_cache
@page(to=brings_any, piecemeal=True)
def preview(request: ActorRequest, pk: int) -> HttpResponse:
    """What each row would do; POST does it."""
    staged = get_or_404(StagedImport.objects.select_related("user"), request.actor, pk=pk)
    kind = kind_for(request.actor, staged.kind)
    if request.method == "POST":
        try:
            outcomes = sheets.apply(staged, actor=request.actor)
        except sheets.ChangedMeanwhileError as changed:
            messages.warning(request, changed.message)
            return redirect("organizations:preview", pk)
        left = {one.row for one in outcomes if one.said == sheets.NOT_BROUGHT_IN}
        differ = {one.row for one, said in zip(outcomes, staged.fates, strict=True) if one.kept() != said} - left
        if left:
            messages.error(request, f"数据库没有应答，{_rows(left)}没有导入，请把这些行再导入一次。")
        if differ:
            messages.warning(request, f"{_rows(differ)}在您确认的同时有了变化，按现在的数据办理，请核对。")
        return _applied(request, kind, outcomes)
    fates = Counter(fate["fate"] for fate in staged.fates)
    counts = [(fate, fates[fate]) for fate in Fate]
    rows = [fate | {"label": Fate(fate["fate"]).label} for fate in staged.fates]
    context = {
        "staged": staged,
        "counts": counts,
        "rows": rows,
        # who confirms a sheet that could not be tried out is shown what it would do
        "does": fates[Fate.CREATE] + fates[Fate.UPDATE] if staged.fates else len(staged.rows),
        "back": reverse(BACK[kind]),
    }
    return render(request, "organizations/preview.html", context)


def _rows(numbers: set[int]) -> str:
    named = "、".join(map(str, sorted(numbers)[:NAMED]))
    return f"第 {named} 行" if len(numbers) <= NAMED else f"第 {named} 行等 {len(numbers)} 行"


def _applied(request: ActorRequest, kind: ImportKind, outcomes: list[sheets.Outcome]) -> HttpResponse:
    fates = Counter(outcome.fate for outcome in outcomes)
    messages.success(request, "，".join(f"{fate.label} {fates[fate]} 行" for fate in Fate if fates[fate]) + "。")
    made = [outcome.secret for outcome in outcomes if outcome.secret]
    back = reverse(BACK[kind])
    return first_passwords(request, made, back=back) if made else redirect(back)


@page(to=brings_any, writes=True)
def give_up(request: ActorRequest, pk: int) -> HttpResponse:
    """Drop a sheet that waits."""
    staged = get_or_404(StagedImport.objects, request.actor, pk=pk)
    kind = kind_for(request.actor, staged.kind)
    if request.method != "POST":
        return redirect("organizations:preview", pk)
    staged.delete()
    messages.success(request, f"已放弃 {staged.file_name}，没有导入任何一行。")
    return redirect(BACK[kind])
