"""The chores of casework: is the trail whole, are the files what was handed in, the words of the search anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date

from django.db.models import Count

from casework.chore import CHECKS, Chore, Found, Progress
from casework.files.store import stored_at
from casework.models import Attachment, Case
from casework.querysets import key_pieces
from casework.workflow import locks, trail
from organizations.records.sealing import Seals
from ui.readonly import reading

FILES = 50
NO_TRIGGERS = "数据库里防止改动经过的触发器不全（{}），请系统管理员按部署手册“升级”一节重新装上"
KEEP_THE_SCENE = "请保护现场，联系审计管理员。"


def verify_trail(progress: Progress, *, since: date | None = None) -> Found:
    """Verify the chain of every card, or of those touched since a day; the triggers and the seals of keys too."""
    rows, key = (Case.objects.all(), "pk") if since is None else (trail.touched_since(since), "case_id")
    of, done = rows.aggregate(n=Count(key, distinct=since is not None))["n"], 0
    sealed = trail.seals()
    wrong, look = [*locks_in_disorder(), *sealed.wrong()], trails_of(sealed)
    for keys in key_pieces(rows, key=key):
        wrong += look(keys)
        done += len(keys)
        progress(done, max(of, done))
    said = f"共 {done} 件，{len(wrong)} 处不符" if wrong else f"共 {done} 件，全部相符"
    return Found(said, wrong, KEEP_THE_SCENE)


def locks_in_disorder() -> list[str]:
    """Return a sentence when triggers are missing, or are not as they were put up."""
    names = locks.strangers()
    return [NO_TRIGGERS.format("、".join(names))] if names else []


def trails_of(sealed: Seals) -> Callable[[Sequence[int]], list[str]]:
    """Return what says, of the cards of some keys, a sentence for everything that does not hold in their trails.

    Cards and trails are read as of one moment: a step taken between the two would look like tampering.
    """

    def look(keys: Sequence[int]) -> list[str]:
        with reading():
            return [f"卡片 {case} 第 {seq} 条：{what}" for case, seq, what in trail.verify_piece(keys, sealed)]

    return look


def verify_attachments(progress: Progress) -> Found:
    """Hash every stored file anew and compare it with what was recorded when it was handed in."""
    there = Attachment.objects.filter(wiped_at=None)
    rows = there.order_by("sha256").values_list("sha256", flat=True).distinct()
    of, done, last = there.aggregate(n=Count("sha256", distinct=True))["n"], 0, ""
    wrong: list[str] = []
    while hashes := list(rows.filter(sha256__gt=last)[:FILES]):
        for sha256 in hashes:
            problem = _problem_of(sha256)
            if problem:
                wrong += [
                    f"卡片 {case} 的附件 {pk}：{problem}"
                    for case, pk in there.filter(sha256=sha256).order_by("pk").values_list("case_id", "pk")
                ]
        done, last = done + len(hashes), hashes[-1]
        progress(done, max(of, done))
    said = f"共 {done} 个文件，{len(wrong)} 处不符" if wrong else f"共 {done} 个文件，全部相符"
    return Found(said, wrong, f"{KEEP_THE_SCENE}从备份里找回同名文件放回原处，再核对一次。")


def _problem_of(sha256: str) -> str:
    path = stored_at(sha256)
    if not path.is_file():
        return "文件不在"
    with path.open("rb") as file:
        return "" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "文件内容与登记的 SHA-256 不符"


def files_of(attachments: Sequence[int]) -> list[str]:
    """Return a sentence for each of these attachments whose file is not what was recorded."""
    rows = Attachment.objects.filter(pk__in=attachments).order_by("pk").values_list("case_id", "pk", "sha256")
    found = [(case, pk, _problem_of(sha256)) for case, pk, sha256 in rows]
    return [f"卡片 {case} 的附件 {pk}：{problem}" for case, pk, problem in found if problem]


CHORES = (
    Chore("verify_trail", "核对办理经过", "逐件验证链值、序号和末条与卡片是否一致；只读。", "件", CHECKS, verify_trail),
    Chore(
        "verify_attachments",
        "核对附件",
        "逐个重算文件的 SHA-256，与登记时对照；只读。",
        "个",
        CHECKS,
        verify_attachments,
    ),
)
