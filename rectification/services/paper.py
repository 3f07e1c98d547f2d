"""纸面整改: look a case through when something was filed in it, keep the warnings, take the reviewers' answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.chore import REBUILDS, Chore, Found, Progress
from casework.enums import UNFINISHED, WorkStatus
from casework.errors import NotPermittedError
from casework.jobs.long_works import LongWork, Tell
from casework.models import Case
from casework.querysets import key_pieces
from casework.workflow.inside import Recorded
from organizations.actor import Actor
from rectification.enums import RECTIFICATION
from rectification.models import PaperCheck, PaperRule, PaperWarning
from rectification.paper import rule as paper
from rectification.paper.filing import Filing
from rectification.querysets import REVIEWERS
from rectification.workflow import guards
from ui.errors import DomainError

# what is filed, changed or taken back by these is looked through once they are written
FILING = frozenset(
    {"measure_done", "measure_reopened", "replace", "detach", "submit_plan", "send_closure_for_signature"}
    | {"request_closure"}
)
KEPT = timedelta(days=7)  # checks that have ended
CASES = 50  # of a piece of the chore


def queue_check(recorded: Recorded) -> None:
    """Have the worker look a case through; a file that was taken out or replaced takes its warnings along at once.

    A hook of the engine.
    """
    if recorded.case.kind != RECTIFICATION or recorded.event.name not in FILING or recorded.actor is None:
        return
    if recorded.event.name in {"replace", "detach"}:
        _lapse(PaperWarning.objects.filter(case=recorded.case, lapsed_at=None).of_files_gone())
    if not PaperCheck.objects.filter(case=recorded.case, status=WorkStatus.QUEUED).exists():
        now = timezone.now()
        PaperCheck.objects.create(case=recorded.case, post=recorded.actor.post, asked_at=now, moved_at=now)


def look_through(case: Case) -> int:
    """Find the warnings of a case as it stands now; return how many are new.

    What stood and is not found again lapses; what had lapsed and is found again stands again, with its answer. Of a
    rule that is off nothing is touched.
    """
    found = {one.key(rule.name): (rule.name, one) for rule, one in paper.find(Filing(case))}
    off = {name for name, setting in paper.settings().items() if not setting.is_on}
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)  # two workers at once
        known = {row.key: row for row in PaperWarning.objects.filter(case=case).order_by("pk")}
        gone = [row for key, row in known.items() if key not in found and row.lapsed_at is None and row.rule not in off]
        _lapse(PaperWarning.objects.filter(pk__in=[row.pk for row in gone]))
        again = [row.pk for key, row in known.items() if key in found and row.lapsed_at is not None]
        PaperWarning.objects.filter(pk__in=again).update(lapsed_at=None)
        new = [_row(case, name, key, one) for key, (name, one) in found.items() if key not in known]
        PaperWarning.objects.bulk_create(new)
    return len(new)


def _row(case: Case, rule: str, key: str, found: paper.Found) -> PaperWarning:
    return PaperWarning(
        case=case,
        rule=rule,
        key=key,
        measure=found.measure,
        file=found.file,
        twin=found.twin,
        twin_file=found.twin_file,
        said=dict(found.said),
        raised_at=timezone.now(),
    )


def _lapse(rows: Any) -> None:
    rows.update(lapsed_at=timezone.now())


def stays_out(case: Case, actor: Actor) -> str | None:
    """Return why this person may not answer the warnings of a case now, or None when he may."""
    if actor.role not in REVIEWERS:
        return "提示由主管部门审核员和市委依法治市办认定"
    if not case.is_open:
        return "本件已办结，提示不再认定"
    return guards.not_from_the_unit(case, actor) or guards.not_the_requester(case, actor)


@transaction.atomic
def answer(case: Case, actor: Actor, given: Sequence[tuple[int, str, str]]) -> int:
    """Take a reviewer's word on warnings, by key: 采信 or 不采信, each with why; return how many words are new.

    A later word takes the place of the former, which stays in the records of the row (存证).

    Raises:
        NotPermittedError: not this person's to answer. DomainError: a word is lacking, or the warning has lapsed.
    """
    card: Case | None = Case.objects.select_for_update(of=("self",)).visible_to(actor).filter(pk=case.pk).first()
    refusal = "没有这件整改" if card is None else stays_out(card, actor)
    if refusal:
        raise NotPermittedError(refusal)
    rows = PaperWarning.objects.visible_to(actor).standing().filter(case=card).in_bulk([pk for pk, _, _ in given])
    n = 0
    for pk, said, word in given:
        row = rows.get(pk)
        if row is None:
            raise DomainError("有一条提示已经失效，请刷新后再看")
        if not word.strip():
            raise DomainError("采信、不采信都请写一句理由", {"word": "还没有写"})
        if (row.answer, row.word) != (said, word.strip()):
            row.answer, row.word, row.answered_by, row.answered_at = said, word.strip(), actor.post, timezone.now()
            row.save(update_fields=["answer", "word", "answered_by", "answered_at"])
            n += 1
    return n


def load_rules() -> int:
    """Give every rule its row in the dictionary, as it was declared; return how many were lacking."""
    made = 0
    for rule in paper.rules().values():
        given = {"is_on": rule.is_on, "threshold": rule.threshold, "words": "、".join(rule.words)}
        row, is_new = PaperRule.objects.get_or_create(name=rule.name, defaults=given | {"title": rule.title})
        made += is_new
        if row.title != rule.title:
            row.title = rule.title
            row.save(update_fields=["title"])
    return made


# ---------- the worker's part


def _do(check: PaperCheck, tell: Tell) -> dict[str, Any]:
    tell(0, 1)
    n_new = look_through(Case.objects.get(pk=check.case_id))
    tell(1, 1)
    return {"n_new": n_new}


def _sweep() -> None:
    ended = PaperCheck.objects.exclude(status__in=UNFINISHED).exclude(status=WorkStatus.FAILED)
    ended.filter(moved_at__lt=timezone.now() - KEPT).delete()


CHECKS = LongWork(
    name="paper",
    model=PaperCheck,
    title="纸面整改比对",
    do=_do,
    leads=lambda check, actor: [("整改", check.case.get_absolute_url())],
    ended="rectification/paper_check_ended.html",
    leaves="可以离开这一页，比对完提示列在整改页。",
    stopped="已停止，没有比对完。",
    failed="比对中出错，已记入日志，请告知系统管理员",
    at_once=1,
    sweep=_sweep,
    needs_its_post=False,
)


def _everything(progress: Progress) -> Found:
    """Look every case through that has measures."""
    rows = Case.objects.filter(kind=RECTIFICATION, measures__isnull=False).distinct()
    of, done, new = rows.count(), 0, 0
    for keys in key_pieces(rows, CASES):
        for case in Case.objects.filter(pk__in=keys).order_by("pk"):
            new += look_through(case)
        done += len(keys)
        progress(done, max(of, done))
    return Found(f"共 {done} 件，新提示 {new} 条")


CHORE = Chore(
    "check_paper",
    "重做纸面整改比对",
    "规则启用或者改了界限以后，按现在的规则逐件再比对一次；已有的认定保留。",
    "件",
    REBUILDS,
    _everything,
)
