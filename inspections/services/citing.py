"""The articles that a finding cites: of the version in force on the day of the fact, written as the law writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from inspections.law_texts.clauses import clauses, words_of
from inspections.law_texts.references import Reference, reference_of
from inspections.models import Article, Basis, Citation, Finding, LawVersion
from inspections.services.editing import refuse_invalid
from ui.errors import DomainError
from ui.texts import clean_text


class Cited(NamedTuple):
    """An article of a basis, with the words relied on; `took`: the very article that was picked from the library."""

    basis: Basis
    article: str
    words: str = ""
    took: Article | None = None


class OutOfForce(NamedTuple):
    """Why a citation is to be looked at: its version was not in force on the day, and which one was."""

    said: str
    then: LawVersion | None


def cite(finding: Finding, citations: Iterable[Cited]) -> None:
    """Write down the articles that a finding cites, with their words frozen as they stand now.

    A document whose text is loaded has its article looked up: one it has not is refused, one of a version that was
    not in force on the day of the fact is warned of (`out_of_force`). One without a text must itself be in force.
    """
    for one in citations:
        row = _written(finding, one)
        refuse_invalid(row)
        row.save(force_insert=True)


def refuse_uncitable(one: Cited, on: date) -> None:
    """Refuse what a finding that is discovered on this day could not cite: it is said while it can still be mended.

    Raises:
        DomainError: as for `cite`.
    """
    _written(Finding(discovered_on=on), one)


def _written(finding: Finding, one: Cited) -> Citation:
    called = reference_of(clean_text(one.article))
    article = _article_meant(one, called, finding.fact_on) if called else None
    _refuse_repealed(one.basis, finding)
    if article is None:
        _refuse_not_yet_in_force(one.basis, finding)
    return Citation(
        finding=finding, basis=one.basis, article=article_of(one.article), cites=article,
        words=_words(one, article, called) if article and called else clean_text(one.words),
    )  # fmt: skip


def _article_meant(one: Cited, called: Reference, on: date) -> Article | None:
    """Return the article: of the version it was taken from, else of the one in force on the day, else of any.

    None where no text of the document is loaded, or only an excerpt without it.

    Raises:
        DomainError: no version of it has this article.
    """
    versions = list(LawVersion.objects.filter(basis=one.basis).with_end().order_by("-in_force_from"))
    if not versions:
        return None
    of_the_day = [version for version in versions if version.was_in_force(on)]
    took = [one.took.version_id] if one.took and one.took.version.basis_id == one.basis.pk else []
    wanted = [*took, *(version.pk for version in [*of_the_day, *versions])]
    rows = Article.objects.filter(version__in=versions, number=called.number, sub=called.sub)
    found = {row.version_id: row for row in rows.select_related("version")}
    article = next((found[pk] for pk in wanted if pk in found), None)
    if article is None and _is_whole(versions[0]):
        last = Article.objects.filter(version=versions[0]).order_by("seq").last()
        raise DomainError(
            f"《{one.basis}》没有{called._replace(clause=0, item=0).label}"
            f"（{versions[0].adopted_on:%Y-%m-%d} 版到{last.label if last else '无条文'}为止），请核对条号",
            {"citations": "没有这一条"},
        )
    return article


def _is_whole(version: LawVersion) -> bool:
    """Say whether a version has every number up to its last: of an excerpt nobody knows what else the law has."""
    numbers = set(Article.objects.filter(version=version).order_by().values_list("number", flat=True))
    return len(numbers) == max(numbers, default=0)


def _words(one: Cited, article: Article, called: Reference) -> str:
    """Return the words relied on: those written by hand, or the article's own, of the 款 or 项 that is named.

    Raises:
        DomainError: the article has no such 款 or 项.
    """
    own = words_of(article.text, called)
    if not own:
        n = len(clauses(article.text))
        raise DomainError(
            f"《{one.basis}》{article.label}共 {n} 款，没有“{called.label}”，请核对", {"citations": "没有这一款、项"}
        )
    given, taken = clean_text(one.words), one.took.text if one.took else ""
    return own if given in {"", article.text, taken} else given


def out_of_force(citations: Sequence[Citation], finding: Finding) -> dict[int, OutOfForce]:
    """Return, by key, which of a finding's citations are of a version not in force on the day of the fact."""
    cited = [one for one in citations if one.cites]
    if not cited:
        return {}
    by_basis: dict[Any, list[LawVersion]] = {}
    for version in LawVersion.objects.filter(basis__in={one.basis_id for one in cited}).with_end().order_by("pk"):
        by_basis.setdefault(version.basis_id, []).append(version)
    found: dict[int, OutOfForce] = {}
    for one in cited:
        versions = {version.pk: version for version in by_basis[one.basis_id]}
        own = versions[one.cites.version_id] if one.cites else None
        if own is not None and not own.was_in_force(finding.fact_on):
            then = next((version for version in versions.values() if version.was_in_force(finding.fact_on)), None)
            found[one.pk] = OutOfForce(_sentence(finding, own, then), then)
    return found


def _sentence(finding: Finding, own: LawVersion, then: LawVersion | None) -> str:
    ends: date | None = getattr(own, "ends_on", None)
    in_force = f"{own.in_force_from:%Y-%m-%d} 起施行" + (f"，{ends:%Y-%m-%d} 起不再施行" if ends else "")
    right = f"当日施行的是 {then.adopted_on:%Y-%m-%d} 版，条号可能不同，请核对" if then else "当日没有施行的版本"
    return f"{_called_day(finding)}（{finding.fact_on:%Y-%m-%d}）{own}不在施行（{in_force}）；{right}"


def _called_day(finding: Finding) -> str:
    return "事实发生之日" if finding.happened_on else "发现之日"


def _refuse_not_yet_in_force(basis: Basis, finding: Finding) -> None:
    """A finding is judged by what was in force on the day of the fact; where none is said, of its discovery."""
    on, when = finding.fact_on, _called_day(finding)
    if basis.in_force_from and basis.in_force_from > on:
        raise DomainError(
            f"《{basis}》{basis.in_force_from:%Y-%m-%d} 起施行，"
            f"{when}（{on:%Y-%m-%d}）还没有生效，请改引当时有效的依据",
            {"citations": f"{when}无效"},
        )


def _refuse_repealed(basis: Basis, finding: Finding) -> None:
    if basis.repealed_on and basis.repealed_on <= finding.fact_on:
        raise DomainError(
            f"《{basis}》已于 {basis.repealed_on:%Y-%m-%d} 废止，请改引现行的依据",
            {"citations": f"{_called_day(finding)}无效"},
        )


def article_of(text: str) -> str:
    """Write an article as the law does: 58 becomes 第五十八条; what is no number of an article stays as it is."""
    called = reference_of(clean_text(text))
    return called.label if called else clean_text(text)
