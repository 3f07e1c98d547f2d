"""佐证 beside the measure that it proves: which file is looked at, how it is shown, where else it is used."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from casework.files import converting
from casework.models import Attachment, Case, PdfCopy
from organizations.actor import Actor
from rectification.models import Measure, Proof
from rectification.pages.case import Row, measures

PAGE = re.compile(r"第\s*(\d{1,4})\s*页")
NO_PANES = "navpanes=0"  # of Chromium's own viewer: the page has the width
DOWNLOAD_IT = "这种格式不能在页面里看，请下载后打开。"


class View(NamedTuple):
    """How a file is shown: as a picture, in a frame of its own, or not, and why not."""

    how: str = ""
    url: str = ""
    why: str = ""


class Use(NamedTuple):
    """A case in which a file is used, and what it proves there."""

    name: str
    url: str
    proves: list[str]


def url_of(case_pk: int, measure: Measure, proof: Proof | None = None) -> str:
    """Return the address of a measure with its evidence, or of one file of it."""
    beside = reverse("rectification-evidence", args=[case_pk])
    return f"{beside}?m={measure.n}" + (f"&f={proof.file_id}" if proof else "")


def view_of(proof: Proof) -> View:
    """Say how a file is shown; where its page is said, a PDF opens there."""
    file, url = proof.file, f"{proof.file.get_absolute_url()}?show=1"
    if file.content_type.startswith("image/"):
        return View("picture", url)
    if file.content_type == "application/pdf":
        page = PAGE.search(proof.place)
        return View("frame", f"{url}#page={page[1] if page else 1}&{NO_PANES}")
    if file.content_type in converting.CONVERTED:
        return _view_of_converted(file)
    return View(why=DOWNLOAD_IT)


def _view_of_converted(file: Attachment) -> View:
    """Show the PDF that was made of a Word or Excel file; where there is none, say why, and that it can be taken."""
    made = PdfCopy.objects.filter(sha256=file.sha256).first()
    if made is not None and made.pdf:
        return View("frame", f"{reverse('attachment-pdf', args=[file.pk])}?show=1#{NO_PANES}")
    if made is not None:
        return View(why=f"没有转换成 PDF：{made.why}。请下载后打开。")
    if converting.is_there():
        return View(why="正在把它转换成 PDF，过一会儿再打开这一页；急用的请下载。")
    return View(why="本系统没有配备文件转换程序，Word、Excel 文件不能在页面里看，请下载后打开。")


def uses_of(file: Attachment, actor: Actor) -> tuple[list[Use], int]:
    """Return where the very file is used, as far as the reader may see it, and in how many other cases."""
    root = file.points_at_id or file.pk
    seen = Case.objects.visible_to(actor).filter(pk=OuterRef("case")).order_by()
    rows = Attachment.objects.standing().filter(Q(pk=root) | Q(points_at=root)).annotate(is_seen=Exists(seen))
    rows = rows.select_related("case").prefetch_related("proofs__measure").order_by("pk")
    uses = [_use(one) for one in rows if one.is_seen]
    return uses, len({one.case_id for one in rows if not one.is_seen})


def _use(file: Attachment) -> Use:
    proves = [f"措施 {one.measure.n}{f'：{one.place}' if one.place else ''}" for one in file.proofs.all()]
    return Use(file.case.number or file.case.title, file.case.get_absolute_url(), proves)


def read_evidence(case: Case, actor: Actor, n: str, pk: str) -> dict[str, Any]:
    """Return what stands beside what: a measure, one of its files, and where before and after lead.

    Args:
        n, pk: the number of the measure and the key of the file, as the address says; what it does not say, or says
            wrongly, is the first there is.
    """
    rows = measures(case, actor)
    every: list[tuple[Row, Proof | None]] = []
    for one in rows:
        every += [(one, proof) for proof in one.proofs] or [(one, None)]
    if not every:
        return {"case": case, "rows": [], "row": None}
    of_measure = [i for i, (row, _) in enumerate(every) if str(row.measure.n) == n] or [0]
    exact = [i for i in of_measure if (proof := every[i][1]) is not None and str(proof.file_id) == pk]
    at = (exact or of_measure)[0]
    row, proof = every[at]
    around = [url_of(case.pk, one[0].measure, one[1]) for one in every]
    following = next((one.measure.n for one in rows if one.measure.n > row.measure.n), row.measure.n)
    uses, n_hidden = uses_of(proof.file, actor) if proof else ([], 0)
    return {
        "case": case,
        "rows": [(one, url_of(case.pk, one.measure), one is row) for one in rows],
        "row": row,
        "measure": row.measure,
        "proof": proof,
        "files": [(one, url_of(case.pk, row.measure, one), one is proof) for one in row.proofs],
        "view": view_of(proof) if proof else View(why="这条措施还没有佐证。"),
        "before": around[at - 1] if at else "",
        "after": around[at + 1] if at + 1 < len(every) else "",
        "at": at + 1,
        "n": len(every),
        "following": following,
        "uses": uses,
        "n_hidden": n_hidden,
    }
