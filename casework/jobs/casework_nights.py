"""The nightly jobs of casework."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from casework.chore import Found
from casework.jobs.casework_chores import KEEP_THE_SCENE, locks_in_disorder, trails_of
from casework.jobs.night import Night, NightlyJob, share_of
from casework.jobs.row_records import verify_share_of_rows
from casework.models import Case, Words
from casework.search import bigram_counts
from casework.services import attachments, pending_files, recompute_deadlines
from casework.workflow import ties, trail
from organizations.services import guesses, sweep_receipts


def verify_locks(night: Night) -> Found:
    """See that the triggers stand, and that what lies under old keys is what was sealed."""
    wrong = [*locks_in_disorder(), *trail.seals().wrong()]
    return Found("有不符" if wrong else "触发器齐全，封存相符", wrong, KEEP_THE_SCENE)


def verify_share_of_trails(night: Night) -> Found:
    """Verify the chains of the cards whose turn it is: all of them, in a large store in as many nights as it takes."""
    share = share_of(Case.objects.all(), night.day)
    night.each(share.rows, trails_of)
    wrong = night.found
    said = f"{share.said} {night.done} 件，{f'{len(wrong)} 处不符' if wrong else '全部相符'}"
    return Found(said, wrong, KEEP_THE_SCENE)


def verify_recent_trails(night: Night) -> Found:
    """Verify the chains of the cards touched since yesterday, whosever turn it is."""
    night.each(trail.touched_since(night.day - timedelta(1)), trails_of, key="case_id")
    wrong = night.found
    said = f"当日有办理的 {night.done} 件，{f'{len(wrong)} 处不符' if wrong else '全部相符'}"
    return Found(said, wrong, KEEP_THE_SCENE)


def verify_ties(night: Night) -> Found:
    """Look over every card: its state, its dates and its content go together (casework/workflow/ties.py)."""
    night.each(Case.objects.all(), lambda keys: list(ties.nonsense(keys)))
    wrong = night.found
    return Found(f"共 {night.done} 件，{f'{len(wrong)} 处不符' if wrong else '全部相符'}", wrong, KEEP_THE_SCENE)


def head_of_yesterday(night: Night) -> Found:
    """Write the hash of yesterday's events into the log of the night, which lies outside the database."""
    day = night.day - timedelta(1)
    head, n = trail.day_head(day)
    return Found(f"{day:%Y-%m-%d} 经过 {n} 条，日链值 {head}")


def count_bigrams(night: Night) -> Found:
    """Count the bigrams anew: they only choose which tokens the search for likenesses asks first (docs/data.md C)."""
    if night.is_fresh:
        bigram_counts.begin()
    night.each(Words.objects.all(), bigram_counts.count_piece, bigram_counts.TEXTS, is_writing=True)
    return Found(f"{night.done} 件的词对 {bigram_counts.finish()} 个")


def adopt_holidays(night: Night) -> Found:
    """Count deadlines anew over a year newly known; a card that differs from its trail fails the night."""
    said, left = recompute_deadlines.adopt_announced()
    return Found(said, left, KEEP_THE_SCENE)


def sweep_forms(night: Night) -> Found:
    """Remove what was kept for forms: files nobody came back for, old receipts, counters of guesses."""
    return Found(
        f"清理一天没有提交的文件 {pending_files.sweep()} 个，过期的受理记录 {sweep_receipts()} 条，"
        f"一天没有动过的试口令计数 {guesses.sweep()} 条"
    )


def wipe_withdrawn(_: Night) -> Found:
    """Give up the bytes of files that were taken out long ago."""
    return Found(f"清除撤下满 {settings.WITHDRAWN_FILES_KEPT_DAYS} 天的附件内容 {attachments.wipe_withdrawn()} 个")


JOBS = (
    NightlyJob(5, "verify_locks", "核对触发器和封存", verify_locks),
    NightlyJob(10, "verify_recent_trails", "核对办理经过", verify_recent_trails),
    NightlyJob(12, "verify_share_of_trails", "轮流核对办理经过", verify_share_of_trails),
    NightlyJob(13, "verify_share_of_rows", "核对存证", verify_share_of_rows),
    NightlyJob(15, "verify_ties", "核对状态与内容", verify_ties),
    NightlyJob(20, "head_of_yesterday", "经过日链值", head_of_yesterday),
    NightlyJob(30, "count_bigrams", "统计词对频次", count_bigrams),
    NightlyJob(40, "adopt_holidays", "核对放假安排", adopt_holidays),
    NightlyJob(45, "sweep_forms", "清理待提交的文件", sweep_forms),
    NightlyJob(48, "wipe_withdrawn", "清除撤下的附件", wipe_withdrawn),
    NightlyJob(50, "sweep_attachments", "清理附件", lambda night: Found(attachments.sweep())),
)
