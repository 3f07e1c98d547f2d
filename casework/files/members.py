"""Files in a zip that somebody sent: their names, and what systems leave among them. In the child process only."""

from __future__ import annotations

import zipfile
from contextlib import suppress

from casework.files import classification
from casework.files.office_parts import OLE

UTF_8 = 0x800  # the flag of a part in a zip whose name is written so
LEFT_LYING = {  # what systems leave in a zip by themselves: how its name ends -> how it begins
    "thumbs.db": (OLE,),
    "ehthumbs.db": (OLE,),
    ".ds_store": (b"\x00\x00\x00\x01Bud1",),
    "desktop.ini": (b"[", b"\r\n[", b"\xff\xfe[", b"\xff\xfe\r\x00\n\x00["),
}
BESIDE_A_FILE = b"\x00\x05\x16\x07"  # how a file ._name begins, which a Mac puts beside each file
MOST_LEFT_LYING = 4 * 1024 * 1024


def is_left_lying(packed: zipfile.ZipFile, item: zipfile.ZipInfo, parts: list[str]) -> bool:
    """Say whether a part is what a system left there by itself, by its name and by how it begins.

    It stays in the zip, which is evidence; whatever only bears such a name is looked at like all the others.
    """
    begins = (BESIDE_A_FILE,) if parts[-1].startswith("._") else LEFT_LYING.get(parts[-1].lower(), ())
    if not begins or item.file_size > MOST_LEFT_LYING:
        return False
    with packed.open(item) as part:
        content = part.read(MOST_LEFT_LYING)
    if classification.in_bytes(content):
        raise classification.MarkedError
    return content.startswith(begins) or not content


def name_of(item: zipfile.ZipInfo) -> str:
    """Return the name of a part: without a flag it is UTF-8 (macOS, Linux), or GBK as Windows in Chinese writes it,
    and the reader took either for cp437.
    """
    if item.flag_bits & UTF_8:
        return item.filename
    try:
        written = item.filename.encode("cp437")
    except UnicodeError:
        return item.filename
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeError):
            return written.decode(encoding)
    return item.filename
