"""Names by their sound: the letters one finds a name by, and where a person stands in a list."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

# Family names that sound otherwise than the same character does elsewhere.
FAMILY_NAMES = {
    "单": "shan4", "仇": "qiu2", "解": "xie4", "查": "zha1", "区": "ou1", "曾": "zeng1", "任": "ren2", "盖": "ge3",
    "朴": "piao2", "覃": "qin2", "翟": "zhai2", "华": "hua4", "纪": "ji3", "燕": "yan1", "缪": "miao4", "乐": "yue4",
    "宁": "ning4", "折": "she2", "员": "yun4",
    "尉迟": "yu4chi2", "长孙": "zhang3sun1", "令狐": "ling2hu2", "万俟": "mo4qi2",
}  # fmt: skip
MOST = 400  # characters of a key: thirty of a name


def initials(text: str) -> str:
    """Return pinyin initials, so that 环县 is found by "hx"."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()


def spelled(text: str) -> str:
    """Return a text in pinyin without tones: 环县 is "huanxian"."""
    return "".join(lazy_pinyin(text)).lower()


@lru_cache(maxsize=4096)
def person_key(name: str) -> str:
    """Return where a person stands in a list: by the sound of each character with its tone, then by the character.

    So all 张 stand together, before all 章. Letters and digits alone, those of a character of fixed width: SQLite
    compares bytes, PostgreSQL as its locale says, and both put digits before letters.
    """
    family = next((one for one in (name[:2], name[:1]) if one in FAMILY_NAMES), "")
    read = [(FAMILY_NAMES[family], family)] if family else []
    read += [
        (sound, one)
        for one in name[len(family) :]
        for sound in lazy_pinyin(one, style=Style.TONE3, neutral_tone_with_five=True)
    ]
    return "".join(f"{sound if sound.isalnum() else ''}{ord(one[0]):05x}" for sound, one in read).lower()[:MOST]
