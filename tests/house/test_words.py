"""What the libraries say is in the voice of the house.

What a page must not say is looked for in every page of every test: tests/words.py has the patterns,
tests/conftest.py asks them of each HTML answer.
"""

from __future__ import annotations

import gettext
import json
import re
from pathlib import Path

import axes
import django
import django_filters
import django_otp
import pytest
from django.utils import translation

from tests import words
from tests.house.sources import ROOT

OURS = ROOT / "locale/zh_Hans/LC_MESSAGES"
DJANGO = Path(django.__file__).parent
# a library's own list of what it says; where it has no English one, any language names the same messages
SAYS = (
    *(DJANGO / place / "locale/en/LC_MESSAGES/django.po" for place in ("conf", "contrib/admin", "contrib/auth")),
    Path(django_filters.__file__).parent / "locale/de/LC_MESSAGES/django.po",
    Path(axes.__file__).parent / "locale/de/LC_MESSAGES/django.po",
    Path(django_otp.__file__).parent / "locale/fr/LC_MESSAGES/django.po",
)
ENTRY = re.compile(r'^(?:msgctxt "(.*)"\n)?msgid ((?:".*"\n)+)', re.MULTILINE)
# names of languages, plurals of spans of time, and what is written the same in every language
SAME = re.compile(
    r"^(?:IPv4|IPv6|URL|DATE|TIME|[\W\d_%()a-z]{0,12}|N j, Y.*|P|jS|[A-Z][a-z]{2}\.?)$"
    r"|^%s [KMGTP]B$|^[AP]M$|^%\(class_name\)s %\(instance\)s$"
)
NAMES_OF_LANGUAGES = DJANGO / "conf/global_settings.py"


def said_by(path: Path) -> set[tuple[str, str]]:
    """Return (context, text) of each message of a library."""
    return {
        (context, "".join(json.loads(line) for line in lines.splitlines()))
        for context, lines in ENTRY.findall(path.read_text())
    } - {("", "")}


@pytest.mark.parametrize("path", SAYS, ids=lambda path: path.parts[-5] + "." + path.parts[-4])
def test_every_message_of_a_library_is_chinese_in_the_voice_of_the_house(path: Path) -> None:
    languages = NAMES_OF_LANGUAGES.read_text()
    wrong = []
    with translation.override("zh-hans"):
        for context, text in sorted(said_by(path)):
            if SAME.match(text) or f'"{text}"' in languages:
                continue
            chinese = translation.pgettext(context, text) if context else translation.gettext(text)
            if chinese == text or (words.VOICE.search(chinese)):
                wrong.append((text[:60], chinese[:60]))

    assert wrong == []


def test_the_messages_are_compiled() -> None:
    with (OURS / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    pairs = re.findall(r'^msgid ((?:".*"\n)+)(?:msgid_plural (?:".*"\n)+)?msgstr(?:\[0\])? ((?:".*"\n?)+)',
                       (OURS / "django.po").read_text(), re.MULTILINE)  # fmt: skip
    texts = [tuple("".join(json.loads(line) for line in part.splitlines()) for part in pair) for pair in pairs]

    assert len(texts) > 200
    assert [
        (one, said)
        for one, said in texts
        if one and said not in (compiled.gettext(one), compiled.ngettext(one, one, 1))
    ] == [], "make messages"


FOUND = (
    ("<p>请运行 manage.py migrate</p>", "a command of the terminal"),
    ("<p>运行 make run</p>", "a command of the terminal"),
    ("<p>这个字段是必填项。</p>", "Django's own words"),
    ("<p>ManagementForm 缺失</p>", "Django's own words"),
    ("<input placeholder='请输入密码'>", "密码 for 口令"),
    ("<p>要你办</p>", "你 for 您"),
    ("<p>督\u67e5组</p>", "督\u67e5 for 督察"),
    ("<p>账号 demo12</p>", "demonstration's keys"),
    ("<p>已 今天到期</p>", "a word doubled by joining"),
    ("<p>尚未 未办</p>", "a word doubled by joining"),
    ("<p>立案日期</p>", "立案 for a day of entry"),
    ("<p>3 件逾期</p>", "overdue by which clock"),
    ("<p>先不办</p>", "先不办 for 取消"),
    ("<option>---------</option>", "an empty choice"),
    ("<p>已办完。；见附件</p>", "punctuation doubled"),
    ("<p>见（）</p>", "punctuation doubled"),
    ("<p>共 None 件</p>", "a value of the program"),
    ("<p>User object (3)</p>", "a value of the program"),
    ("<span title='{{ case }}'></span>", "a placeholder left"),
    ("<p>共 {count} 件</p>", "a placeholder left"),
    ("<p>Please 重试</p>", "English of a library"),
    ("<p>按 95% 的把握</p>", "statistics"),
)


@pytest.mark.parametrize(("html", "kind"), FOUND)
def test_what_an_official_never_reads_is_found(html: str, kind: str) -> None:
    assert [fault.partition(":")[0] for fault in words.faults(html)] == [kind]


def test_each_kind_is_looked_for_as_its_pattern_says() -> None:
    assert {kind for _, kind in FOUND} == set(words.WRONG)
    assert words.faults("<p>本步逾期、整改逾期、问题逾期</p>") == []


def test_script_and_marks_are_not_read() -> None:
    assert words.faults('<script src="x">None</script><a href="?a=None" class="None">环县</a><br>。<br>；') == []
