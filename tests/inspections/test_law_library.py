"""条文库: a file becomes a version only when somebody has confirmed it; articles are found, cited and looked after."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.errors import NotPermittedError
from casework.search.token_index import TokenIndex
from casework.workflow import engine
from inspections import services
from inspections.enums import FindingState
from inspections.forms.laws import read_law
from inspections.models import Article, Basis, Citation, Finding, LawVersion, StagedLaw
from inspections.querysets import findings_citing
from inspections.services import Cited, law_library
from inspections.services.law_search import find_articles
from organizations.enums import Role
from tests.factories import UnitFactory, a_finding, an_actor
from tests.inspections.laws import NEW, OLD, a_law, two_versions
from tests.inspections.people import a_draft_campaign, a_team_of, director, seat_of, staff, under_way
from tests.inspections.test_pages import a_form
from ui.errors import DomainError
from ui.hostile import asking

pytestmark = pytest.mark.django_db
AFTER, BEFORE = date(2025, 3, 1), date(2023, 5, 1)  # the change of the law in between


@pytest.fixture(scope="module")
def under_inspection(made_once: Any) -> Any:
    """A campaign in fieldwork, a unit of it and its team."""

    def make() -> Any:
        campaign, unit = a_draft_campaign(), UnitFactory(short_name="环县")
        team = a_team_of(campaign, unit)
        return under_way(campaign), unit, team

    return made_once(make)


@pytest.fixture
def scene(under_inspection: Any) -> Any:
    campaign, unit, team = under_inspection
    return campaign, unit, seat_of(team)


def log(scene: Any, **given: Any) -> Finding:
    campaign, unit, author = scene
    return services.log_finding(author, campaign, unit, statement="执法结果未公示。", method="AJ", **given)


def cite(scene: Any, article: str, happened_on: date | None = None, **given: Any) -> Citation:
    basis = Basis.objects.get(code="YJ90")
    return log(scene, citations=[Cited(basis, article, **given)], happened_on=happened_on).citations.get()


def hits(typed: str, on: date = AFTER) -> list[tuple[str, str, bool]]:
    found = find_articles(typed, on).hits
    return [(f"{hit.article.version.adopted_on:%Y}", hit.called, hit.was_in_force) for hit in found]


@pytest.fixture(params=["with index", "without"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.setattr(TokenIndex, "stands", lambda index: False)


@pytest.mark.parametrize("typed", ["公示条例 3", "某市执法公示条例第三条", "《执法公示条例》第3条"])
def test_an_article_is_found_by_its_law_and_number_what_was_in_force_first(typed: str) -> None:
    two_versions()

    assert hits(typed) == [("2023", "第三条", True), ("2018", "第三条", False)]
    assert hits(typed, BEFORE) == [("2018", "第三条", True), ("2023", "第三条", False)]


def test_an_article_is_found_by_words_of_its_text(either_way: None) -> None:
    two_versions()

    assert hits("七个工作日") == [("2023", "第三条", True)]
    assert hits("公示 三十日") == [("2018", "第二条", False)]
    assert (hits("没有这样的话"), hits("公"), hits("")) == ([], [], [])


def test_a_paragraph_that_is_named_is_shown_alone() -> None:
    two_versions()

    (first, _) = find_articles("公示条例第三条第二款第一项", AFTER).hits

    assert (first.called, first.words) == ("第三条第二款第一项", "公示的内容包括：\n（一）当事人的名称；")


def test_a_citation_takes_the_version_of_the_day_of_the_fact_and_freezes_its_words(scene: Any) -> None:
    _, new = two_versions()

    row = cite(scene, "3")
    Article.objects.filter(pk=row.cites_id).update(text="改过")

    assert (str(row), row.cites.version) == ("《执法公示条例》第三条", new)
    assert Citation.objects.get().words.startswith("执法结果应当自决定作出之日起七个工作日内公示。\n公示的内容包括")


def test_a_fact_before_the_change_is_judged_by_the_old_version(scene: Any) -> None:
    old, _ = two_versions()

    row = cite(scene, "第二条", BEFORE)

    assert (row.cites.version, row.words) == (old, "执法结果应当在三十日内公示。")
    assert services.out_of_force([row], row.finding) == {}


def test_a_version_not_in_force_on_the_day_is_warned_of_and_the_right_one_named(scene: Any) -> None:
    old, new = two_versions()

    row = cite(scene, "第二条", BEFORE, took=new.articles.get(number=2))

    warned = services.out_of_force([row], row.finding)[row.pk]
    assert (row.cites.version, warned.then) == (new, old)
    assert "2018-03-02 版" in warned.said
    assert "事实发生之日（2023-05-01）" in warned.said


def test_only_the_paragraph_named_is_frozen_and_words_of_another_article_are_not(scene: Any) -> None:
    _, new = two_versions()
    third = new.articles.get(number=3)

    row = cite(scene, "第三条第一款", took=third, words=third.text)

    assert row.words == "执法结果应当自决定作出之日起七个工作日内公示。"
    other = services.amend_finding(
        scene[2], row.finding, {}, citations=[Cited(row.basis, "第二条", third.text, third)]
    ).citations.get()
    assert (other.cites.number, other.words) == (2, "执法机关应当指定专人负责公示。")


@pytest.mark.parametrize(
    ("article", "said"),
    [("第九十条", "没有第九十条（2023-09-01 版到第四条为止）"), ("第二条第五款", "第二条共 1 款，没有“第二条第五款”")],
)
def test_an_article_that_the_law_has_not_is_refused(scene: Any, article: str, said: str) -> None:
    two_versions()

    with pytest.raises(DomainError) as refused:
        cite(scene, article)

    assert said in refused.value.message


@pytest.mark.parametrize("article", ["2之99999", "第二条第99999款", "第二条第九千九千项"])
def test_a_number_that_no_law_has_is_kept_as_it_was_written(scene: Any, article: str) -> None:
    two_versions()

    cited = cite(scene, article)

    assert (cited.article, cited.cites) == (article, None)
    assert hits(f"公示条例 {article}") == []


def test_a_zero_byte_in_what_is_looked_for_is_not_there() -> None:
    two_versions()

    assert hits("公示\0条例 2") == hits("公示条例 2") != []


def test_what_was_cited_as_text_stays_when_the_text_of_the_law_comes(scene: Any) -> None:
    basis = Basis.objects.create(code="YJ90", name="某市执法公示条例", short_name="执法公示条例")
    finding = log(scene, citations=[(basis, "第九十条", "手写的条文")])
    two_versions()

    services.amend_finding(
        scene[2], finding, {"statement": "改了表述。"}, citations=[Cited(basis, "第九十条", "手写的条文")]
    )

    row = finding.citations.get()
    assert (str(row), row.words, row.cites) == ("《执法公示条例》第九十条", "手写的条文", None)


def test_the_form_takes_an_article_over_by_a_button_and_warns_after_saving(scene: Any, signed_in: Any) -> None:
    _, unit, author = scene
    _, new = two_versions()
    second, browser = new.articles.get(number=2), signed_in(author)
    typed = a_form(unit, look="公示条例 2", happened_on=BEFORE.isoformat())

    looked = browser.post("/findings/new/", typed | {"do": "look"})
    taken = browser.post("/findings/new/", typed | {"take": second.pk, "do": ""})
    row = {
        f"citations-0-{name}": taken.context["citations"].forms[0][name].value()
        for name in ("basis", "article", "words", "took")
    }
    saved = browser.post("/findings/new/", typed | row, follow=True)

    assert f'name="take" value="{second.pk}"' in looked.content.decode()
    assert "2023-05-01 《执法公示条例》2023-09-01 版不在施行" in taken.content.decode()
    assert Citation.objects.get().cites == second
    assert "当日施行的是 2018-03-02 版" in saved.content.decode()


def test_the_page_of_an_article_lists_the_findings_in_scope_that_cite_it(scene: Any, signed_in: Any) -> None:
    two_versions()
    row = cite(scene, "第三条")
    foreign = a_finding(FindingState.DRAFT)
    Citation.objects.create(finding=foreign, basis=row.basis, article="第三条", cites=row.cites)

    of_office = signed_in(staff()).get(row.cites.get_absolute_url())

    assert [case.pk for case in of_office.context["rows"]] == [foreign.pk, row.finding_id]
    assert list(findings_citing(scene[2], row.cites)) == [row.finding.case]
    assert "七个工作日" in of_office.content.decode()


def test_open_findings_with_a_version_that_another_has_followed_are_listed_for_the_office(
    scene: Any, signed_in: Any
) -> None:
    old, new = two_versions()
    stale = cite(scene, "第二条", BEFORE)
    Citation.objects.create(
        finding=stale.finding, basis=new.basis, article="第二条之一", cites=new.articles.get(number=2)
    )
    closed = a_finding(FindingState.DRAFT)
    engine.perform(closed.case, "discard", staff(), reason="重复")
    Citation.objects.create(finding=closed, basis=old.basis, article="第二条", cites=old.articles.get(number=2))

    listed = signed_in(staff()).get("/laws/stale/")

    assert list(listed.context["rows"]) == [stale]
    Basis.objects.update(repealed_on=timezone.localdate())
    assert stale in signed_in(director()).get("/laws/stale/").context["rows"]


def upload(browser: Any, text: str = NEW, name: str = "条例.txt") -> Any:
    return browser.post("/laws/new/", {"files": SimpleUploadedFile(name, text.encode())}, follow=True)


def test_a_file_is_read_looked_at_and_confirmed_by_a_person(signed_in: Any) -> None:
    actor = staff()
    browser = signed_in(actor)
    Basis.objects.create(code="YJ77", name="甲办法", short_name="甲办法")
    text = NEW.replace("起施行。", "起施行。《甲办法》同时废止。")

    preview = upload(browser, text)
    form = preview.context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    browser.post(preview.request["PATH_INFO"], given)

    version = LawVersion.objects.get()
    assert "4 条、6 款" in preview.content.decode()
    assert (version.basis.name, version.basis.short_name) == ("某市执法公示条例", "某市执法公示条例")
    assert (version.adopted_on, version.in_force_from, version.confirmed_by) == (
        date(2023, 9, 1), date(2024, 1, 1), actor.post
    )  # fmt: skip
    assert [one.label for one in version.articles.all()] == ["第一条", "第二条", "第三条", "第四条"]
    assert Basis.objects.get(code="YJ77").repealed_on == date(2024, 1, 1)
    assert not StagedLaw.objects.exists()


def test_what_waits_to_be_confirmed_is_listed_for_the_office_alone(scene: Any, signed_in: Any) -> None:
    office = staff()
    upload(signed_in(office))

    listed, of_team = (signed_in(who).get("/laws/").content.decode() for who in (office, scene[2]))

    assert ("等待核对的文本" in listed, "等待核对的文本" in of_team) == (True, False)
    assert "QuerySet" not in listed


def test_a_second_text_becomes_a_version_of_the_document_that_bears_its_name(signed_in: Any) -> None:
    browser, old = signed_in(staff()), a_law(OLD, adopted=date(2018, 3, 2), since=date(2018, 5, 1))

    form = upload(browser, f"中华人民共和国{NEW}").context["form"]

    assert form["basis"].value() == old.basis_id


def test_what_was_not_understood_must_be_looked_at_and_a_doubled_article_bars(signed_in: Any) -> None:
    browser = signed_in(staff())

    gap = upload(browser, NEW.replace("第二条 执法机关应当指定专人负责公示。\n", ""))
    given = {name: gap.context["form"][name].value() or "" for name in gap.context["form"].fields if name != "looked"}
    refused = browser.post(gap.request["PATH_INFO"], given)
    doubled = upload(browser, NEW.replace("第二条", "第三条"))
    barred = browser.post(doubled.request["PATH_INFO"], given | {"looked": "on"})

    assert "第一条之后是第三条" in gap.content.decode()
    assert "请看过上面列出的各处" in refused.content.decode()
    assert "第三条出现两次" in doubled.content.decode()
    assert (barred.status_code, LawVersion.objects.count()) == (422, 0)


def test_the_child_that_reads_is_heard_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [{"law": {"title": "条例"}}, {"seconds": 0.1}]
    monkeypatch.setattr(asking, "answers", lambda *args, **kwargs: nullcontext(left.pop(0) for _ in range(2)))

    text = read_law(SimpleUploadedFile("条例.txt", b"1"))

    assert (text.read, left) == ({"title": "条例"}, [])


def test_a_file_that_is_no_law_is_refused_and_nothing_waits(signed_in: Any) -> None:
    answer = signed_in(staff()).post("/laws/new/", {"files": SimpleUploadedFile("目录.exe", b"MZ")})

    assert (answer.status_code, StagedLaw.objects.count()) == (422, 0)
    assert "“目录.exe”不是 docx、txt、md 文件" in answer.content.decode()


def test_a_text_is_given_up_and_a_version_taken_out_only_when_asked_again(signed_in: Any) -> None:
    browser, version = signed_in(staff()), two_versions()[0]
    waiting = upload(browser).request["PATH_INFO"]

    for url, rows in (
        (f"{waiting}give-up/", StagedLaw.objects),
        (f"/laws/versions/{version.pk}/take-out/", LawVersion.objects.filter(pk=version.pk)),
    ):
        asked = browser.post(url).content.decode()
        assert ("还没有办" in asked, rows.exists()) == (True, True)
        browser.post(url, {"_sure": re.findall(r'name="_sure" value="(\w+)"', asked)[0]})
        assert not rows.exists()


def test_a_version_that_is_cited_is_not_taken_out(scene: Any) -> None:
    old, new = two_versions()
    cite(scene, "第三条")

    law_library.take_out(staff(), old)

    with pytest.raises(DomainError):
        law_library.take_out(staff(), new)
    assert list(LawVersion.objects.all()) == [new]


def test_corrected_days_decide_what_was_in_force(scene: Any) -> None:
    _, new = two_versions()
    row = cite(scene, "第三条", date(2024, 2, 1))
    assert services.out_of_force([row], row.finding) == {}

    law_library.correct_days(staff(), new, adopted_on=new.adopted_on, in_force_from=date(2024, 6, 1))

    assert list(services.out_of_force([row], row.finding)) == [row.pk]
    with pytest.raises(DomainError):
        law_library.correct_days(staff(), new, adopted_on=new.adopted_on, in_force_from=date(2018, 5, 1))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR}))
def test_the_library_is_kept_by_the_office_alone(role: Role) -> None:
    old, _ = two_versions()

    with pytest.raises(NotPermittedError):
        law_library.take_out(an_actor(role), old)
    with pytest.raises(NotPermittedError):
        law_library.correct_days(an_actor(role), old, adopted_on=old.adopted_on, in_force_from=date(2020, 1, 1))

    assert LawVersion.objects.get(pk=old.pk).in_force_from == old.in_force_from
