"""Word and Excel files that prove something are converted by the worker, each once, while no work waits."""

from __future__ import annotations

from casework.files import converting
from casework.models import PdfCopy
from rectification.models import Proof
from ui.hostile.asking import BusyError

PIECE = 200  # proofs looked at in one go
MOST_WHY = 100  # characters of `PdfCopy.why`; a longer word would stop the worker at this file again and again
# Up to which proof this process need not look again: what was filed before it began is looked at once. The newest are
# looked at each time: one that was numbered earlier may be committed later.
_seen_to = [0]


def convert_next() -> bool:
    """Convert the next file that has no PDF yet; say whether there was one. An errand of the worker."""
    if not converting.is_there():
        return False
    at = _seen_to[0]
    while rows := list(Proof.objects.filter(pk__gt=at).select_related("file").order_by("pk")[:PIECE]):
        asked = [row for row in rows if row.file.content_type in converting.CONVERTED and row.file.wiped_at is None]
        known = set(
            PdfCopy.objects.filter(sha256__in={row.file.sha256 for row in asked}).values_list("sha256", flat=True)
        )
        lacking = next((row for row in asked if row.file.sha256 not in known), None)
        if lacking is not None:
            return _convert(lacking)
        at = rows[-1].pk
        _seen_to[0] = max(_seen_to[0], at - PIECE)
    return False


def _convert(row: Proof) -> bool:
    try:
        made = converting.as_pdf(row.file.sha256, row.file.name)
    except BusyError:
        return False  # whoever uploads goes first
    PdfCopy.objects.get_or_create(sha256=row.file.sha256, defaults={"pdf": made.sha256, "why": made.why[:MOST_WHY]})
    return True
