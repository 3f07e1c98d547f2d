"""督察依据: the documents, their versions and articles; files taken in and confirmed; what findings cite."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from inspections import columns
from inspections.forms.findings import fact_day
from inspections.forms.laws import ConfirmLawForm, DaysForm, LawFilesForm, days_of
from inspections.law_texts.clauses import clauses
from inspections.models import Article, Basis, Citation, LawVersion, StagedLaw
from inspections.querysets import findings_citing, with_versions
from inspections.services import law_library
from inspections.services.law_search import find_articles as found_for
from inspections.views.claims import is_office, reads_laws
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from ui.deeds import Outlook, bare, deed_page
from ui.form_actions import act_on, files_sent, form_page, form_status, said, sent
from ui.lists import Empty, ListSpec, list_page
from ui.pages import page
from ui.search import words_in

ON_A_PAGE = 100  # articles
LAWS = ListSpec(
    title="督察依据",
    rows=lambda actor: Basis.objects.visible_to(actor),
    shows=with_versions,
    columns=columns.LAWS,
    search=words_in("name__icontains", "short_name__icontains", "code__icontains"),
    search_label="名称、代码",
    order=("code",),
    empty=Empty("还没有依据", "在管理后台的字典里添加，或者上传文本。"),
    acts=lambda actor: [
        (reverse("inspections:find_articles"), "查条文"),
        *(
            [
                (reverse("inspections:new_laws"), "上传文本"),
                (reverse("inspections:stale_citations"), "引用已失效的"),
                (reverse("figure", args=["by_article"]), "引用最多的"),
            ]
            if actor.is_office
            else []
        ),
    ],
    measure="部",
    template="inspections/laws.html",
)
STALE = ListSpec(
    title="引用已失效依据的问题",
    rows=lambda actor: Citation.objects.visible_to(actor).no_longer_in_force(actor.today),
    shows=lambda rows: rows.select_related("basis", "cites__version", "finding__case__unit"),
    columns=columns.STALE,
    order=("-finding_id", "pk"),
    empty=Empty("没有", "未办结的问题引用的依据都在施行。"),
    row_url=lambda row: row.finding.get_absolute_url(),
    measure="条",
    export_name="引用已失效依据的问题",
)


@page(to=reads_laws)
def laws(request: ActorRequest) -> HttpResponse:
    """All documents; what waits to be confirmed stands above them for the office."""
    return list_page(request, LAWS, unconfirmed=StagedLaw.objects.visible_to(request.actor).defer("read"))


@page(to=is_office)
def stale_citations(request: ActorRequest) -> HttpResponse:
    """Open findings whose document is repealed, or whose version another has followed."""
    return list_page(request, STALE)


@page(to=reads_laws)
def law(request: ActorRequest, pk: int) -> HttpResponse:
    """A document and its versions."""
    basis = get_or_404(Basis.objects, request.actor, pk=pk)
    versions = basis.versions.with_end().with_size().select_related("confirmed_by__user")
    return render(request, "inspections/law.html", {"basis": basis, "versions": _spoken(versions)})


def _spoken(versions: Any) -> list[tuple[LawVersion, str]]:
    """Say of each version whether it is in force today."""
    today = timezone.localdate()
    word = lambda v: "现行" if v.was_in_force(today) else "尚未施行" if v.in_force_from > today else "不再施行"
    return [(version, word(version)) for version in versions]


@page(to=reads_laws)
def law_version(request: ActorRequest, pk: int) -> HttpResponse:
    """The text of a version, a hundred articles a page."""
    version = get_or_404(LawVersion.objects.with_end().select_related("basis"), request.actor, pk=pk)
    shown = Paginator(version.articles.order_by("seq"), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "inspections/law_version.html", {"version": version, "articles": shown})


@page(to=reads_laws)
def article(request: ActorRequest, pk: int) -> HttpResponse:
    """An article, and every finding in scope that cites it."""
    row = get_or_404(Article.objects.select_related("version__basis"), request.actor, pk=pk)
    version = LawVersion.objects.with_end().select_related("basis").get(pk=row.version_id)
    others = Article.objects.filter(version__basis=version.basis, number=row.number, sub=row.sub).exclude(pk=pk)
    spec = ListSpec(
        title=f"《{version.basis}》{row.label}",
        rows=lambda actor: findings_citing(actor, row),
        shows=lambda rows: rows.select_related("unit", "holder_unit", "topic", "within", "finding__team__unit"),
        columns=columns.FINDINGS,
        order=("-finding__discovered_on", "-finding__case_id"),
        empty=Empty("还没有问题引用这一条", "录入问题时从条文库选取，引用的列在这里。"),
        template="inspections/article.html",
        export_name=f"引用{version.basis}{row.label}的问题",
    )
    context = {
        "article": row,
        "version": version,
        "clauses": clauses(row.text),
        "in_force": version.was_in_force(timezone.localdate()),
        "others": others.select_related("version__basis").order_by("-version__in_force_from"),
    }
    return list_page(request, spec, **context)


@page(to=reads_laws, asks=True)
def find_articles(request: ActorRequest) -> HttpResponse:
    """Articles by number or words: the part of the finding's form while one types (htmx), and a page of its own."""
    given = request.POST if request.method == "POST" else request.GET
    typed = given.get("look", "")[:200]
    on = fact_day(given) or request.actor.today
    is_part = bool(getattr(request, "htmx", False))
    context = {"look": typed, "on": on, "found": found_for(typed, on) if typed.strip() else None, "in_form": is_part}
    return render(request, "inspections/found_articles.html" if is_part else "inspections/find_articles.html", context)


@page(to=is_office, piecemeal=True)
def new_laws(request: ActorRequest) -> HttpResponse:
    """Take files in: each is read and waits for somebody to look at it."""
    form = LawFilesForm(sent(request), files_sent(request))

    def do(given: dict[str, Any]) -> list[StagedLaw]:
        return [law_library.put_aside(request.actor, *text) for text in given["files"]]

    def then(staged: list[StagedLaw]) -> HttpResponse:
        if len(staged) == 1:
            return redirect(staged[0])
        return said(request, f"已读出 {len(staged)} 份，请逐份核对后入库。", "inspections:laws")

    answer = act_on(request, form, do, then)
    return answer or render(request, "inspections/new_laws.html", {"form": form}, status=form_status(request))


@page(to=is_office, writes=True)
def staged_law(request: ActorRequest, pk: int) -> HttpResponse:
    """What was read of a file, and what was not understood; confirming makes it a version."""
    staged = get_or_404(StagedLaw.objects.select_related("user"), request.actor, pk=pk)
    form = ConfirmLawForm(staged, sent(request))
    return form_page(
        request,
        form,
        lambda given: law_library.confirm(request.actor, staged, **given),
        lambda version: said(request, f"{version}已入库，共 {version.articles.count()} 条。", version),
        template="inspections/staged_law.html",
        staged=staged,
        read=staged.read,
        bars=law_library.bars(staged.read),
    )


@page(to=is_office, writes=True, asks_once=True)
def give_up_law(request: ActorRequest, pk: int) -> HttpResponse:
    """Drop a text that waits."""
    staged = get_or_404(StagedLaw.objects, request.actor, pk=pk)
    return deed_page(
        request,
        bare(request),
        lambda given: law_library.give_up(request.actor, staged),
        lambda _: said(request, f"已放弃 {staged.file_name}，没有入库。", "inspections:laws"),
        foresee=lambda given: Outlook([f"{staged.file_name}不入库，读到的内容不再保留；需要时重新上传。"]),
        title="放弃这份文本",
        submit="放弃",
        back=staged.get_absolute_url(),
    )


@page(to=is_office, writes=True)
def law_days(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct the days of a version."""
    version = get_or_404(LawVersion.objects.select_related("basis"), request.actor, pk=pk)
    return form_page(
        request,
        DaysForm(sent(request), initial=days_of(version)),
        lambda given: law_library.correct_days(request.actor, version, **given),
        lambda _: said(request, "已改正，引用这一版的问题按新日期提示。", version),
        title=f"改正日期：{version}",
        intro="施行日期决定哪一天按哪一版定性。",
        submit="保存",
        back=version.get_absolute_url(),
    )


@page(to=is_office, writes=True, asks_once=True)
def take_out_law(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a version out that was loaded by mistake."""
    version = get_or_404(LawVersion.objects.select_related("basis"), request.actor, pk=pk)
    n = version.articles.count()
    return deed_page(
        request,
        bare(request),
        lambda given: law_library.take_out(request.actor, version),
        lambda _: said(request, "已撤下。", version.basis),
        foresee=lambda given: Outlook([f"撤下{version}和它的 {n} 条条文；有问题引用的不能撤下。"]),
        title="撤下这一版",
        submit="撤下",
        back=version.get_absolute_url(),
    )
