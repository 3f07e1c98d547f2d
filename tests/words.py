"""What an official never reads: patterns looked for in every page that any test receives (tests/conftest.py).

Source: docs/look.md (您, 口令, the task's own words) and the walk-throughs. A pattern names a kind of fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

NOT_READ = re.compile(r"<(script|style|svg|template|pre|code)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
# not alt: Django's admin draws yes and no as pictures called True and False
SPOKEN = re.compile(r"""\s(?:title|placeholder|aria-label|data-qy-[a-z-]+)=(?:"([^"]*)"|'([^']*)')""")
BLOCK = re.compile(
    r"</?(?:p|div|li|ul|ol|td|th|tr|table|h[1-6]|dt|dd|dl|section|option|label|button|br|summary)\b[^>]*>"
)
TAG = re.compile(r"<[^>]*>")

WRONG: dict[str, str] = {
    "a command of the terminal": r"manage\.py|\bpip install|\bmake [a-z]",
    "statistics": "的把握|置信|Wilson",
    "Django's own words": "这个字段|该字段|此字段|有效的选项|合法的|管理表单|ManagementForm|未知字段",
    "你 for 您": "你",
    "密码 for 口令": "密码",
    "督\u67e5 for 督察": "督\u67e5(?!(?:工作)?条例)",  # the regulation of the State Council keeps its name
    "demonstration's keys": r"demo\d+",
    "a word doubled by joining": r"已\s*今天|已\s*明天|尚未 ?未|的的",
    "立案 for a day of entry": "立案日期",
    # two clocks, never mixed; 校车逾期未检验 is a finding of the demonstration, 问题逾期 the words of rule K02
    "overdue by which clock": "逾期(?<!本步逾期)(?<!整改逾期)(?<!校车逾期)(?<!问题逾期)",
    "先不办 for 取消": "先不办",
    "an empty choice": r"-{5,}",
    "punctuation doubled": "[。；，、：！？]{2}|[。；，、]\\s*</|（）|“”|《》",
    "a value of the program": r"\bNone\b|\bTrue\b|\bFalse\b|\bnan\b|\bundefined\b|\[object |<Query|object \(\d+\)",
    "a placeholder left": r"\{\{ |\{%|%\([a-z_]+\)[sd]|\{[a-z_]+\}",
    "English of a library": r"\b(?:This field|Enter a|Select a|Please|Ensure|Access|Log (?:in|out)|Site admin)\b",
}
VOICE = re.compile(
    "|".join(WRONG[kind] for kind in ("你 for 您", "密码 for 口令", "Django's own words", "督\u67e5 for 督察"))
)


def needed(parsed: Iterable[tuple[object, Any]]) -> list[str]:
    """Return words one of which stands wherever a parsed pattern is found; none where nothing can be said.

    To look for a word takes a hundredth of the time that a pattern takes, and twenty thousand pages are looked through.
    """
    ways: list[list[str]] = []
    run = ""
    for what, of in (*parsed, (None, None)):
        if what is _constants.LITERAL:
            run += chr(of)
            continue
        ways, run = [*ways, [run]] if run else ways, ""
        if what is _constants.BRANCH:
            each = [needed(way) for way in of[1]]
            ways += [[word for words in each for word in words]] if all(each) else []
        elif what is _constants.SUBPATTERN:
            ways += [needed(of[-1])]
        elif what is _constants.MAX_REPEAT and of[0]:
            ways += [needed(of[2])]
    return max((way for way in ways if way), key=lambda way: min(map(len, way)), default=[])


PATTERNS = {kind: (needed(_parser.parse(pattern)), re.compile(pattern)) for kind, pattern in WRONG.items()}


def spoken(html: str) -> str:
    """Return what a reader sees or hears of a page: texts and the words of attributes, a line for each block."""
    html = NOT_READ.sub(" ", html)
    attributes = "\n".join(one or two for one, two in SPOKEN.findall(html))
    return unescape(TAG.sub("", BLOCK.sub("\n", html)) + "\n" + attributes)


def faults(html: str) -> list[str]:
    """Return each fault of a page with the words around it."""
    text = spoken(html)
    return [
        f"{kind}: …{text[max(found.start() - 25, 0) : found.end() + 25].strip()}…"
        for kind, (words, pattern) in PATTERNS.items()
        if not words or any(word in text for word in words)
        for found in pattern.finditer(text)
    ]
