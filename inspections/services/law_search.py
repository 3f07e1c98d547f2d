"""Find an article by how it is called (处罚法 58, 行政处罚法第五十八条) or by words of its text."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from casework.search.bigrams import bigrams
from casework.search.index import looked_for
from casework.search.token_index import INDEXES, TokenIndex, asked
from inspections.law_texts import references
from inspections.law_texts.clauses import words_of
from inspections.law_texts.references import Reference
from inspections.models import Article, ArticleWords, Basis, LawVersion
from ui.search import plain, typed_words
from ui.texts import clean_text

WORDS = TokenIndex(ArticleWords._meta.db_table, "article_id", "article_words")
INDEXES.append(WORDS)
SHOWN, MOST_READ, AT_ONCE, MOST_LAWS = 20, 200, 40, 30
STATE = "中华人民共和国"  # 《土地管理法》 and 《中华人民共和国土地管理法》 are one


class Hit(NamedTuple):
    """An article that may be meant: how it would be cited, the words relied on, and whether it was in force."""

    article: Article
    called: str
    words: str
    was_in_force: bool


class Found(NamedTuple):
    """What was found; `is_cut`: there is more than is shown."""

    hits: list[Hit]
    is_cut: bool = False


def tokens_of(article: Article, basis: Basis) -> str:
    """Return what an article is found by: pairs of characters of its text and of its document's names."""
    return " ".join(sorted(looked_for(_sought_in(article, basis))))


def _sought_in(article: Article, basis: Basis) -> str:
    return plain(f"{basis.name}\n{basis.short_name}\n{article.place}\n{article.text}")


def find_articles(typed: str, on: date) -> Found:
    """Return the articles that may be meant, those in force on the day first.

    Args:
        on: the day of the fact that is judged.
    """
    typed = clean_text(typed)
    called = references.named(typed)
    meant = _called(*called) if called else []
    reference = called[1] if called and meant else None
    if meant:
        return _found(meant, on, reference, called[0] if called else "")
    return _found(_with_words(typed), on)


def laws_called(name: str) -> list[Basis]:
    """Return the documents that bear a name or a part of it, those of just this name first."""
    bare = name.removeprefix(STATE)
    rows = Basis.objects.filter(Q(short_name__contains=bare) | Q(name__contains=bare)).order_by("code")[:MOST_LAWS]
    return sorted(rows, key=lambda one: _nearness(one, bare))


def _nearness(basis: Basis, name: str) -> tuple[bool, int]:
    names = {basis.short_name, basis.name.removeprefix(STATE)}
    return name not in names, len(basis.short_name)


def _called(law: str, reference: Reference) -> list[Article]:
    laws = laws_called(law)
    rows = Article.objects.filter(version__basis__in=laws, number=reference.number, sub=reference.sub)
    return list(rows.select_related("version__basis").order_by("-version__in_force_from", "pk"))


def _with_words(typed: str) -> list[Article]:
    """Return articles in whose text, or document's name, every word stands: the newest that the index names."""
    words = [word for word in typed_words(typed) if len(word) > 1]
    tokens = [token for word in words for token in bigrams(word) if token in looked_for(word)]
    if not tokens:
        return []
    found: list[Article] = []
    keys = _keys_with(words, tokens)
    for at in range(0, len(keys), AT_ONCE):  # of a frequent word the first rows are enough
        rows = Article.objects.filter(pk__in=keys[at : at + AT_ONCE]).select_related("version__basis").order_by("-pk")
        found += [one for one in rows if all(word in _sought_in(one, one.version.basis) for word in words)]
        if len(found) > SHOWN:
            break
    return found


def _keys_with(words: list[str], tokens: list[str]) -> list[int]:
    if WORDS.stands():
        return WORDS.newest(asked(dict.fromkeys(tokens)), MOST_READ)
    rows = Article.objects.order_by("-pk")
    for word in words:
        rows = rows.filter(text__contains=word)
    return list(rows.values_list("pk", flat=True)[:MOST_READ])


def _found(rows: list[Article], on: date, reference: Reference | None = None, law: str = "") -> Found:
    """Put in order what was found: the document that is called so, then what was in force, then the newest."""
    ends = LawVersion.objects.filter(pk__in={one.version_id for one in rows}).with_end()
    versions: dict[Any, LawVersion] = {version.pk: version for version in ends}

    def rank(one: Article) -> tuple[Any, ...]:
        version = versions[one.version_id]
        near = _nearness(one.version.basis, law.removeprefix(STATE)) if law else ()
        return (*near, not version.was_in_force(on), -version.in_force_from.toordinal(), one.seq)

    first = sorted(rows, key=rank)[:SHOWN]
    return Found([_hit(one, versions[one.version_id], on, reference) for one in first], len(rows) > SHOWN)


def _hit(one: Article, version: LawVersion, on: date, reference: Reference | None) -> Hit:
    words = words_of(one.text, reference) if reference else one.text
    called = reference.label if reference and words else one.label
    return Hit(one, called, words or one.text, version.was_in_force(on))
