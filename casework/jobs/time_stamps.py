"""RFC 3161 time stamps of day heads, by file: the request is written here, somebody carries it to the authority and
lays its answer beside it. No network.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

# TimeStampReq { version 1, messageImprint { sha256, … }, certReq true } in DER: only the 32 bytes differ
BEFORE, AFTER = bytes.fromhex("30390201013031300d060960864801650304020105000420"), bytes.fromhex("0101ff")


def folder() -> Path:
    return Path(f"{settings.DAY_HEADS}.stamps")


def ask(head: Mapping[str, Any]) -> None:
    """Write the request for a head: <day>.tsq; the answer belongs beside it as <day>.tsr."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder() / f"{head['day']}.tsq").write_bytes(BEFORE + _digest(head) + AFTER)


def _digest(head: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(str(head["head"]).encode()).digest()


def wrong(head: Mapping[str, Any]) -> str:
    """Return what is wrong with the answer that lies beside the request; nothing where none does."""
    answer = folder() / f"{head['day']}.tsr"
    if not answer.exists():
        return ""
    openssl = shutil.which("openssl")
    if openssl is None or not settings.STAMP_AUTHORITY:
        return "时间戳不能核对：本机没有 openssl，或者没有设置 STAMP_AUTHORITY（时间戳机构的证书）"
    imprint, authority = _digest(head).hex(), str(settings.STAMP_AUTHORITY)
    asked = [openssl, "ts", "-verify", "-digest", imprint, "-in", str(answer), "-CAfile", authority]
    told = subprocess.run(asked, capture_output=True, check=False)  # noqa: S603  our own words, a file of ours
    return "" if told.returncode == 0 else "时间戳与日链值不符"
