"""Numbers as the law writes them."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
VALUES = {word: n for n, word in enumerate(DIGITS)} | {"〇": 0, "○": 0, "两": 2}
POWERS = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))
WRITTEN = "零〇○一二三四五六七八九两十百千0-9"  # what a number may be written with, inside brackets of a pattern


def in_chinese(n: int) -> str:
    """Write a number below ten thousand: 58 is 五十八, 120 is 一百二十."""
    said = ""
    for power, word in POWERS:
        digit, n = divmod(n, power)
        if digit:
            said += ("" if word == "十" and digit == 1 and not said else DIGITS[digit]) + word
        elif said and n and not said.endswith("零"):
            said += "零"
    return said


def number_of(text: str) -> int:
    """Read a number in either way of writing; 0 for what is none."""
    if text.isascii() and text.isdecimal():
        return int(text[:9])
    units = {word: power for power, word in POWERS if word}
    total = digit = 0
    for char in text:
        if char in VALUES:
            digit = VALUES[char]
        elif char in units:
            total += (digit or 1) * units[char]
            digit = 0
        else:
            return 0
    return total + digit
