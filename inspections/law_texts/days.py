"""Which days a law names: adopted, in force, repealed; and what it repeals.

They are proposed; a person confirms them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

_DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_IN_NAME = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_ADOPTED = re.compile(r"通过|公布|发布|修订|修正|印发|批准|颁布")
_IN_FORCE, _REPEALED = re.compile(r"施行|实施|生效"), re.compile(r"废止|失效")
_SINCE = re.compile(r"自\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*起?\s*(?:施行|实施|生效|执行)")
_AT_ONCE = re.compile(r"自(?:公布|发布|印发)之日起(?:施行|实施|生效|执行)")
_TITLE = re.compile(r"《([^《》]{2,60})》")
LAST = 6  # the day in force stands in one of the last articles


@dataclass
class Said:
    """What the text says of itself; days as text (2021-07-15), "" where it says none."""

    adopted_on: str = ""
    in_force_from: str = ""
    named: str = ""  # the day that the last article names, whatever it is worth
    repealed_on: str = ""
    source: str = ""  # the words in which the day in force stands
    repeals: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def read(head: Sequence[str], articles: Sequence[str], file_name: str = "") -> Said:
    """Read the days from the head (which lists adoption and amendments) and the last articles.

    For a 修正 the last article still names the day of the first version: a day before the adoption of this one is not
    proposed, but told.
    """
    said = Said()
    for day, words in _dated("".join(head)):
        if _REPEALED.search(words):
            said.repealed_on = day
        elif _IN_FORCE.search(words) and not _ADOPTED.search(words):
            said.in_force_from, said.source = day, f"文首：{words[:40]}"
        elif _ADOPTED.search(words):
            said.adopted_on = max(said.adopted_on, day)
    if (called := _in_name(file_name)) > said.adopted_on:
        if said.adopted_on:
            said.doubts.append(f"文首最后的日期是 {said.adopted_on}，文件名写 {called}，请核对本版的通过或公布日期")
        said.adopted_on = called
    _of_last_articles(said, articles)
    if said.in_force_from and said.adopted_on and said.in_force_from < said.adopted_on:
        said.doubts.append(
            f"条文写的施行日期 {said.in_force_from} 早于本版的通过日期 {said.adopted_on}，"
            "是最初一版的施行日，请按修改决定填写本版的施行日期"
        )
        said.in_force_from = ""
    elif not said.in_force_from:
        said.doubts.append("没有读到施行日期，请填写")
    return said


def _of_last_articles(said: Said, articles: Sequence[str]) -> None:
    for text in reversed(articles[-LAST:]):
        since = _SINCE.search(text)
        day = _iso(since[1]) if since else said.adopted_on if _AT_ONCE.search(text) else ""
        if not day:
            continue
        said.named = day
        if not said.in_force_from:
            said.in_force_from, said.source = day, f"条文：{text[:60]}"
        ending = [part for part in re.split(r"[。；]", text) if "同时废止" in part]
        said.repeals = list(dict.fromkeys(name for part in ending for name in _TITLE.findall(part)))
        return


def _dated(text: str) -> list[tuple[str, str]]:
    """Return each day of the head with the words up to the next; titles between 《》 say nothing of this law.

    The head is read as one: a long 《关于修改…的决定》 is broken over paragraphs.
    """
    found = []
    days = list(_DAY.finditer(text))
    for n, match in enumerate(days):
        words = text[match.end() : days[n + 1].start() if n + 1 < len(days) else len(text)]
        if day := _iso(match[0]):
            found.append((day, re.sub(r"《[^》]*》?", "", words)))
    return found


def _iso(text: str) -> str:
    found = _DAY.match(text.strip())
    return _valid(found[1], found[2], found[3]) if found else ""


def _in_name(file_name: str) -> str:
    found = _IN_NAME.search(file_name)
    return _valid(found[1], found[2], found[3]) if found else ""


def _valid(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
