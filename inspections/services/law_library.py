"""条文库: what was read from a file is put aside, confirmed by a person, and only then a version of its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from casework.errors import NotPermittedError
from inspections.models import Article, ArticleWords, Basis, LawVersion, StagedLaw
from inspections.services.editing import refuse_invalid
from inspections.services.law_search import STATE, tokens_of
from organizations.actor import Actor
from organizations.enums import OFFICE
from ui.errors import DomainError

NEW_CODE = "YJ"  # of a document that comes with its text; the office may give any other in the dictionary


def _refuse_others(actor: Actor) -> None:
    if actor.role not in OFFICE:
        raise NotPermittedError("条文库由市委依法治市办管理")


def put_aside(actor: Actor, file_name: str, digest: str, read: Mapping[str, Any]) -> StagedLaw:
    """Keep what was read until somebody has looked at it; the same file once more takes the place of the first.

    Raises:
        NotPermittedError: not the office.
    """
    _refuse_others(actor)
    StagedLaw.objects.filter(digest=digest).delete()
    return StagedLaw.objects.create(user=actor.post.user, file_name=file_name[-120:], digest=digest, read=dict(read))


def give_up(actor: Actor, staged: StagedLaw) -> None:
    """Drop a text that waits.

    Raises:
        NotPermittedError: not the office.
    """
    _refuse_others(actor)
    staged.delete()


def bars(read: Mapping[str, Any]) -> list[str]:
    """Return why a text cannot be taken in as it stands."""
    return [remark["said"] for remark in read["remarks"] if remark["bars"]]


def documents_named(title: str) -> list[Basis]:
    """Return the documents of the dictionary that bear this title, with or without 中华人民共和国."""
    bare = title.removeprefix(STATE)
    return list(Basis.objects.filter(name__in={bare, STATE + bare, title}).order_by("code")) if bare else []


def next_code() -> str:
    """Return the next free code of a document."""
    taken = Basis.objects.filter(code__startswith=NEW_CODE).values_list("code", flat=True)
    numbers = [int(code[2:]) for code in taken if code[2:].isdecimal()]
    return f"{NEW_CODE}{max(numbers, default=0) + 1:02}"


@transaction.atomic
def confirm(
    actor: Actor,
    staged: StagedLaw,
    *,
    basis: Basis | None,
    name: str,
    short_name: str,
    issued_by: str,
    adopted_on: date,
    in_force_from: date,
    repealed_on: date | None = None,
    repeals: Sequence[Basis] = (),
) -> LawVersion:
    """Make a version of what was read, as a person has confirmed it; return it.

    Args:
        basis: the document it is a version of; None makes a new one of these names.
        repealed_on: of the document itself.
        repeals: other documents that ended with it.

    Raises:
        NotPermittedError: not the office.
        DomainError: it was confirmed or given up already, cannot be taken in as it stands, or a day is wrong.
    """
    _refuse_others(actor)
    if not StagedLaw.objects.select_for_update().filter(pk=staged.pk).exists():
        raise DomainError("这份文本已经入库或放弃，没有再办一次")
    if reasons := bars(staged.read):
        raise DomainError("；".join(reasons))
    if basis is None:
        basis = Basis(
            code=next_code(), name=name, short_name=short_name, issued_by=issued_by, in_force_from=in_force_from
        )
        refuse_invalid(basis)
        basis.save(force_insert=True)
    version = load(
        basis, staged.read, adopted_on=adopted_on, in_force_from=in_force_from,
        file_name=staged.file_name, digest=staged.digest, actor=actor,
    )  # fmt: skip
    if repealed_on is not None:
        _repeal(basis, repealed_on)
    for other in repeals:
        _repeal(other, in_force_from)
    staged.delete()
    return version


@transaction.atomic
def load(
    basis: Basis, read: Mapping[str, Any], *, adopted_on: date, in_force_from: date,
    file_name: str, digest: str, actor: Actor | None,
) -> LawVersion:  # fmt: skip
    """Write a version with its articles, and what they are found by.

    Raises:
        DomainError: the document has a version of that day, or a day is wrong.
    """
    version = LawVersion(
        basis=basis, adopted_on=adopted_on, in_force_from=in_force_from, head="\n".join(read["head"]),
        annex="\n".join(read["annex"]), file_name=file_name, digest=digest, confirmed_by=actor.post if actor else None,
    )  # fmt: skip
    refuse_invalid(version)
    version.save(force_insert=True)
    rows = Article.objects.bulk_create(
        [
            Article(
                version=version, seq=n, number=one["number"], sub=one["sub"], place=one["place"][:300],
                text="\n".join(one["paragraphs"]),
            )
            for n, one in enumerate(read["articles"], 1)
        ],
        batch_size=500,
    )  # fmt: skip
    ArticleWords.objects.bulk_create(
        [ArticleWords(article=one, tokens=tokens_of(one, basis)) for one in rows], batch_size=500
    )
    return version


@transaction.atomic
def correct_days(actor: Actor, version: LawVersion, *, adopted_on: date, in_force_from: date) -> LawVersion:
    """Correct the days of a version.

    Raises:
        NotPermittedError: not the office.
        DomainError: the document has a version of that day, or a day is wrong.
    """
    _refuse_others(actor)
    version.adopted_on, version.in_force_from = adopted_on, in_force_from
    refuse_invalid(version)
    version.save(update_fields=("adopted_on", "in_force_from"))
    return version


def _repeal(basis: Basis, on: date) -> None:
    if basis.in_force_from and on <= basis.in_force_from:
        raise DomainError(f"《{basis}》{basis.in_force_from:%Y-%m-%d} 起施行，废止日期须晚于施行日期")
    basis.repealed_on = on
    basis.save(update_fields=("repealed_on",))


@transaction.atomic
def take_out(actor: Actor, version: LawVersion) -> None:
    """Take a version out that nobody cites: it was loaded by mistake, and is loaded anew.

    Raises:
        NotPermittedError: not the office.
        DomainError: findings cite it.
    """
    _refuse_others(actor)
    n = Article.objects.filter(version=version, citations__isnull=False).distinct().count()
    if n:
        raise DomainError(f"{version}已有 {n} 条被问题引用，不能撤下；日期有误的请改正日期")
    version.delete()
