"""Split the text of a law into its articles, and say what was not understood (docs/inspections.md: 督察依据).

Only a number at the beginning of a paragraph begins an article; 依照本法第五十八条 within one does not. Nothing is
dropped in silence: what belongs to no article is the head, the annex, or a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from inspections.law_texts import days
from inspections.law_texts.clauses import clauses
from inspections.law_texts.numerals import WRITTEN, number_of
from inspections.law_texts.references import MOST, article_label
from ui.texts import INVISIBLE

LEVELS = ("编", "分编", "章", "节")
_ARTICLE = re.compile(rf"^第([{WRITTEN}]{{1,9}})条(?:之([{WRITTEN}]{{1,3}}))?(?P<gap>[\s:：]*)(?P<rest>.*)$", re.DOTALL)
_HEADING = re.compile(rf"^第([{WRITTEN}]{{1,6}})(分编|编|章|节)(?!规定|的|所|和|、)\s*([^。；;]{{0,60}})$")
_CITES = re.compile(
    r"^(?:第|规定|所|和|、|至|或|及|与|的|，|,|）|\)|中|之|或者)"
)  # 第三条规定的…: no article begins here
_LAST_CHAPTER = re.compile(r"^附\s*则$")
_ANNEX = re.compile(r"^附\s*(?:件|录|表|图)?\s*[0-9一二三四五六七八九十]{0,3}\s*(?:[:：].{0,60}|.{0,30})$")
_CONTENTS = re.compile(r"^目\s*[录次]$")
_MARKS = re.compile(r"^(?:#{1,6}\s*|[>*-]\s+)|\*\*|__|^<!--.*-->$")  # of markdown
LONGEST_LABEL, SHOWN = 60, 60
LONGEST_ARTICLE = (
    50_000  # characters: more pairs of them than PostgreSQL takes into one row of the index are no article
)


@dataclass
class Article:
    """An article: where it stands among 编章节, and its paragraphs, the first without its number."""

    number: int
    sub: int
    place: str
    paragraphs: list[str]
    at: int  # the paragraph of the file in which it begins

    @property
    def label(self) -> str:
        return article_label(self.number, self.sub)


@dataclass
class Remark:
    """What somebody must look at; `bars`: with it the text cannot be taken in."""

    said: str
    at: int = 0
    words: str = ""
    bars: bool = False


@dataclass
class LawText:
    """A law as it was read, for a person to confirm."""

    title: str = ""
    head: list[str] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    n_headings: int = 0
    annex: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    said: days.Said = field(default_factory=days.Said)

    @property
    def n_clauses(self) -> tuple[int, int]:
        """How many 款 and 项 it has."""
        parts = [clause for one in self.articles for clause in clauses("\n".join(one.paragraphs))]
        return len(parts), sum(len(clause.items) for clause in parts)

    def told(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        n_clauses, n_items = self.n_clauses
        return asdict(self) | {"n_clauses": n_clauses, "n_items": n_items}


def split(lines: Iterable[str], *, n_pictures: int = 0, n_numbered: int = 0, file_name: str = "") -> LawText:
    """Split the paragraphs of a file.

    Args:
        n_pictures, n_numbered: pictures in it, and paragraphs that the word processor numbers by itself: neither
            can be read, so a text without articles is told why.
    """
    law = _Splitter().read([_bare(line) for line in lines])
    law.said = days.read(law.head, ["\n".join(one.paragraphs) for one in law.articles], file_name)
    law.remarks += _what_lacks(law, n_pictures, n_numbered) + _out_of_order(law.articles)
    return law


def _bare(line: str) -> str:
    """Return a paragraph without the marks of markdown and the spaces around it."""
    return _MARKS.sub("", INVISIBLE.sub("", line).replace("\u3000", " ").replace("\xa0", " ").strip()).strip()


class _Splitter:
    """Goes through the paragraphs once."""

    def __init__(self) -> None:
        self.law = LawText()
        self.path: dict[str, str] = {}
        self.contents: list[tuple[str, str]] = []  # headings before the first article: of the table of contents too
        self.after_heading = False  # what stands between a heading and the next article is nobody's

    def read(self, lines: Sequence[str]) -> LawText:
        for at, line in enumerate(lines, 1):
            if self.law.annex:
                self.law.annex += [line] if line else []
            elif line:
                self._take(at, line)
        return self.law

    def _take(self, at: int, line: str) -> None:
        if heading := self._heading(line):
            self._enter(*heading)
        elif begun := self._begins(line):
            self._open(at, *begun)
        elif self.law.articles and _ANNEX.match(line) and not line.startswith("附则"):
            self.law.annex.append(line)
            self.law.remarks.append(Remark("从这里起作为附件原样保留，不分条", at, line[:SHOWN]))
        elif self.law.articles and not self.after_heading:
            self.law.articles[-1].paragraphs.append(line)
        else:
            self._take_loose(at, line)

    def _heading(self, line: str) -> tuple[str, str] | None:
        if _LAST_CHAPTER.match(line):
            return "章", "附则"
        found = _HEADING.match(line)
        if found is None or not number_of(found[1]) or len(line) > LONGEST_LABEL:
            return None
        return found[2], f"第{found[1]}{found[2]} {''.join(found[3].split())}".strip()

    def _enter(self, level: str, label: str) -> None:
        self.after_heading = True
        if not self.law.articles:
            self.contents.append((level, label))
            return
        self.law.n_headings += 1
        self._put(level, label)

    def _put(self, level: str, label: str) -> None:
        below = LEVELS.index(level)
        self.path = {name: words for name, words in self.path.items() if LEVELS.index(name) < below} | {level: label}

    def _begins(self, line: str) -> tuple[int, int, str] | None:
        """Read the number with which an article begins; without a space behind it only where it is the next one's."""
        found = _ARTICLE.match(line)
        if found is None:
            return None
        number, sub = number_of(found[1]), number_of(found[2]) if found[2] else 0
        if not 0 < number < MOST or (found[2] and not 0 < sub < MOST):
            return None
        is_apart = bool(found["gap"]) or not found["rest"]
        if not is_apart and (_CITES.match(found["rest"]) or not self._is_next(number, sub)):
            return None
        return number, sub, found["rest"].strip()

    def _is_next(self, number: int, sub: int) -> bool:
        if not self.law.articles:
            return (number, sub) == (1, 0)
        last = self.law.articles[-1]
        return (number, sub) in {(last.number + 1, 0), (last.number, last.sub + 1), (last.number, last.sub)}

    def _open(self, at: int, number: int, sub: int, words: str) -> None:
        if not self.law.articles:
            self._leave_contents()
        self.after_heading = False
        place = " / ".join(self.path[level] for level in LEVELS if level in self.path)
        self.law.articles.append(Article(number, sub, place, [words] if words else [], at))

    def _leave_contents(self) -> None:
        """Where the first heading stands twice, those before its second place are the table of contents."""
        labels = [label for _, label in self.contents]
        again = max(n for n, label in enumerate(labels) if label == labels[0]) if labels else 0
        for level, label in self.contents[again:]:
            self.law.n_headings += 1
            self._put(level, label)

    def _take_loose(self, at: int, line: str) -> None:
        """A paragraph of no article: the title, the head, the contents; or nobody's, which is said."""
        law = self.law
        if not law.title:
            law.title = re.sub(r"\s+", "", line)
        elif _CONTENTS.match(line):
            return
        elif not law.articles and not self.contents:
            law.head.append(line)
        elif law.articles and not law.articles[-1].paragraphs:
            law.articles[-1].paragraphs.append(line)
        else:
            law.head.append(line)
            law.remarks.append(Remark("这一段不属于任何一条，记在文首说明里", at, line[:SHOWN]))


def _what_lacks(law: LawText, n_pictures: int, n_numbered: int) -> list[Remark]:
    """Say what cannot be read of the text: articles there must be, and what lies in pictures nobody has read."""
    if not law.articles:
        if n_pictures:
            return [Remark(f"正文是图片（{n_pictures} 张），读不出条文，请上传文字版", bars=True)]
        if n_numbered:
            why = "条号是 Word 自动编号，不在文字里，请另存为纯文本（txt）后上传"
            return [Remark(f"没有读到“第一条”：{why}", bars=True)]
        return [Remark("没有读到“第一条”这样的条文，请核对是不是法律、法规、规章的全文", bars=True)]
    found = [Remark("没有读到标题，请在下面填写名称")] if not law.title else []
    if n_pictures:
        found.append(Remark(f"文件里有 {n_pictures} 张图片，图片里的文字没有读出，请核对"))
    found += [Remark(f"{one.label}没有条文", one.at) for one in law.articles if not one.paragraphs]
    found += [
        Remark(f"{one.label}有 {n} 个字，多半是后面的条没有分开，请改正原文后重新上传", one.at, bars=True)
        for one in law.articles
        if (n := sum(map(len, one.paragraphs))) > LONGEST_ARTICLE
    ]
    if not law.said.adopted_on:
        found.append(Remark("没有读到通过或公布的日期，请填写"))
    return found + [Remark(said) for said in law.said.doubts]


def _out_of_order(articles: Sequence[Article]) -> list[Remark]:
    """Say where numbers are doubled, skipped, or run backward."""
    found: list[Remark] = []
    first: dict[tuple[int, int], int] = {}
    before: Article | None = None
    for one in articles:
        key = (one.number, one.sub)
        if key in first:
            said = f"{one.label}出现两次（文件第 {first[key]} 段和第 {one.at} 段），请改正原文后重新上传"
            found.append(Remark(said, one.at, "".join(one.paragraphs)[:SHOWN], bars=True))
        elif before is None and key != (1, 0):
            found.append(Remark(f"条文从{one.label}开始，前面的没有读到", one.at, bars=False))
        elif before is not None and key not in {(before.number + 1, 0), (before.number, before.sub + 1)}:
            word = "条号跳号" if key > (before.number, before.sub) else "条号倒退"
            found.append(Remark(f"{word}：{before.label}之后是{one.label}，请核对有没有漏", one.at))
        first.setdefault(key, one.at)
        before = one
    return found
