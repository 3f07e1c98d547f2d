"""The nightly jobs of casework."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from casework.chore import Found
from casework.jobs import comparing_heads, day_heads
from casework.jobs.casework_chores import KEEP_THE_SCENE, files_of, locks_in_disorder, trails_of
from casework.jobs.night import Night, NightlyJob, share_of
from casework.jobs.row_records import verify_share_of_rows
from casework.models import Attachment, Case, Words
from casework.search import bigram_counts
from casework.services import attachments, pending_files, recompute_deadlines
from casework.workflow import ties, trail
from organizations.services import access_log, guesses, mail, set_up, sweep_receipts, sweep_sign_ins

HEADS_LOOKED_AT = timedelta(days=60)  # every night; older ones by the chore
FILES_A_NIGHT = 2_000


def verify_locks(night: Night) -> Found:
    """See that the triggers stand, and that what lies under old keys is what was sealed."""
    wrong = [*locks_in_disorder(), *trail.seals().wrong()]
    return Found("有不符" if wrong else "触发器齐全，封存相符", wrong, KEEP_THE_SCENE)


def verify_share_of_trails(night: Night) -> Found:
    """Verify the chains of the cards whose turn it is: all of them, in a large store in as many nights as it takes."""
    share = share_of(Case.objects.all(), night.day)
    night.each(share.rows, trails_of(trail.seals()))
    wrong = night.found
    said = f"{share.said} {night.done} 件，{f'{len(wrong)} 处不符' if wrong else '全部相符'}"
    return Found(said, wrong, KEEP_THE_SCENE, share.is_whole)


def verify_recent_trails(night: Night) -> Found:
    """Verify the chains of the cards touched since yesterday, whosever turn it is."""
    night.each(trail.touched_since(night.day - timedelta(1)), trails_of(trail.seals()), key="case_id")
    wrong = night.found
    said = f"当日有办理的 {night.done} 件，{f'{len(wrong)} 处不符' if wrong else '全部相符'}"
    return Found(said, wrong, KEEP_THE_SCENE, is_whole=False)


def verify_ties(night: Night) -> Found:
    """Look over every card: its state, its dates and its content go together (casework/workflow/ties.py)."""
    night.each(Case.objects.all(), lambda keys: list(ties.nonsense(keys)))
    wrong = night.found
    return Found(f"共 {night.done} 件，{f'{len(wrong)} 处不符' if wrong else '全部相符'}", wrong, KEEP_THE_SCENE)


def verify_heads(night: Night) -> Found:
    """Compare what was written lately with the heads that were kept of it; the chore looks at all heads."""
    wrong = [str(one) for one in comparing_heads.compare(since=night.day - HEADS_LOOKED_AT).differences]
    said = f"{len(wrong)} 处不符" if wrong else "与留存的日链值相符"
    return Found(said, wrong, KEEP_THE_SCENE, is_whole=False)


def keep_day_head(night: Night) -> Found:
    """Keep the head of what was written up to yesterday: in the log, in the file, by mail to the auditor."""
    head = day_heads.make(night.day - timedelta(1))
    if head is not None:
        day_heads.append(head)
    else:  # a night before this one kept it, and perhaps did not send it
        head = day_heads.kept()[-1]
    problem = day_heads.send(head)
    return Found(day_heads.spoken(head), [problem] if problem else (), "请核对 EMAIL_URL、AUDIT_MAIL")


def verify_share_of_files(night: Night) -> Found:
    """Hash the stored files whose turn it is anew; the chore `verify_attachments` hashes all."""
    share = share_of(Attachment.objects.filter(wiped_at=None), night.day, FILES_A_NIGHT)
    night.each(share.rows, files_of)
    wrong = night.found
    said = f"{share.said} {night.done} 个，{f'{len(wrong)} 处不符' if wrong else '全部相符'}"
    return Found(said, wrong, KEEP_THE_SCENE, share.is_whole)


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
    """Remove what was kept for forms: files nobody came back for, old receipts, counters, lines of logs."""
    return Found(
        f"清理一天没有提交的文件 {pending_files.sweep()} 个，过期的受理记录 {sweep_receipts()} 条，"
        f"一天没有动过的试口令计数 {guesses.sweep()} 条，"
        f"满期的取用日志 {access_log.sweep()} 条，过期的登录 {sweep_sign_ins()} 处，"
        f"30 天以前的邮件 {mail.sweep()} 封"
    )


def note_settings(_: Night) -> Found:
    """Tell the log which settings of the server have changed; no deadline of a case hangs on one."""
    return Found("；".join(set_up.note_changes()) or "没有变动")


def wipe_withdrawn(_: Night) -> Found:
    """Give up the bytes of files that were taken out long ago."""
    return Found(f"清除撤下满 {settings.WITHDRAWN_FILES_KEPT_DAYS} 天的附件内容 {attachments.wipe_withdrawn()} 个")


JOBS = (
    NightlyJob(5, "verify_locks", "核对触发器和封存", verify_locks, "verify_trail"),
    NightlyJob(10, "verify_recent_trails", "核对办理经过", verify_recent_trails, "verify_trail"),
    NightlyJob(12, "verify_share_of_trails", "轮流核对办理经过", verify_share_of_trails, "verify_trail"),
    NightlyJob(13, "verify_share_of_rows", "核对存证", verify_share_of_rows, "verify_rows"),
    NightlyJob(15, "verify_ties", "核对状态与内容", verify_ties),
    NightlyJob(14, "verify_share_of_files", "核对附件", verify_share_of_files, "verify_attachments"),
    NightlyJob(18, "verify_heads", "核对日链值", verify_heads, "verify_heads"),
    NightlyJob(20, day_heads.JOB, "留存日链值", keep_day_head),
    NightlyJob(30, "count_bigrams", "统计词对频次", count_bigrams),
    NightlyJob(40, "adopt_holidays", "核对放假安排", adopt_holidays),
    NightlyJob(42, "note_settings", "记录设置的变动", note_settings),
    NightlyJob(45, "sweep_forms", "清理待提交的文件", sweep_forms),
    NightlyJob(48, "wipe_withdrawn", "清除撤下的附件", wipe_withdrawn),
    NightlyJob(50, "sweep_attachments", "清理附件", lambda night: Found(attachments.sweep())),
)
