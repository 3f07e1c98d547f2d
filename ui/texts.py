"""One cleaning for whatever is typed, pasted or read from a sheet: two texts that look alike are alike."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
    r"|_x000[dD]_"  # how some programs write the end of a Windows line into a sheet
)


def clean_text(text: str) -> str:
    """Return a text without control and direction characters; full-width characters stay as typed."""
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\r", "\n").strip()


def one_line(text: str) -> str:
    """Return a name or another line: what was pasted over several lines becomes one."""
    return " ".join(text.split())
