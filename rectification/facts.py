"""What is known of a rectification: typed facts of its card, for the ledger, for letters and scores: worked out once.

Each takes the card. `rectification.querysets.with_facts` brings all they read in a fixed number of questions however
many cards; without it they ask for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils import timezone

from casework.deadlines.limits import SOON_WORKDAYS, URGENT_WORKDAYS
from casework.deadlines.remaining import WHOLE, Left, left
from casework.deadlines.working_days import workdays_between
from casework.kinds import spec_of
from casework.models import Case, Event
from inspections.enums import RectifyType
from inspections.models import Finding
from rectification.enums import NO_CLOCK, WORKING, LookBackVerdict, State
from rectification.models import Measure, ProgressReport, Rectification
from rectification.querysets import PACE_LEEWAY, of_milestones


class Light(TextChoices):
    """预警灯, always with the word (docs/domain/dictionaries.md 9.7)."""

    GREEN = "green", "绿"
    BLUE = "blue", "蓝"
    YELLOW = "yellow", "黄"
    RED = "red", "红"
    GREY = "grey", "灰"


class Warning(NamedTuple):
    """A light and what it says."""

    light: Light
    text: str

    def __str__(self) -> str:
        return f"{self.light.label} {self.text}"


class Deadline(NamedTuple):
    """整改时限: the approved day, and whether what was done is to be kept up for good (并长期坚持)."""

    approved: date | None
    original: date | None
    is_long_term: bool

    @property
    def is_extended(self) -> bool:
        return self.approved != self.original


class Publicity(NamedTuple):
    """公示: the last one."""

    begun: date
    ended: date | None

    def __str__(self) -> str:
        return f"{self.begun:%Y-%m-%d} 至 {self.ended:%Y-%m-%d}" if self.ended else f"{self.begun:%Y-%m-%d} 起"


class Extension(NamedTuple):
    """延期: how often granted, from which day until which."""

    times: int
    original: date | None
    approved: date | None

    def __str__(self) -> str:
        return f"{self.times} 次，批准延至 {_day(self.approved)}（原时限 {_day(self.original)}）"


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else "—"


FIGURE_OR_DAY = re.compile(r"\d|[%％]|百分之|[一二两三四五六七八九十百千万]+[份件个条项次人名月日年季处宗户亩场]")


def goal_hint(goal: str) -> str:
    """Return what is said of a goal that holds neither a figure nor a date (目标可量化); nothing where it does."""
    if not goal or FIGURE_OR_DAY.search(goal):
        return ""
    return "整改目标里没有数字，也没有日期，建议写成可以核对的结果，如“20 份案卷法制审核率达到 100%”。"


def content(case: Case) -> Rectification:
    row: Rectification = case.rectification
    return row


def finding(case: Case) -> Finding:
    return content(case).finding


def statement(case: Case) -> str:
    """What this case is about: the finding in its own words, or the part of it that this unit has to do."""
    return content(case).part or finding(case).statement


def has_clock(case: Case) -> bool:
    """长期坚持 and 中止 have no clock, neither has what has ended (docs/domain/results.md 11)."""
    return spec_of(case.kind).has_clock(case)


def remaining(case: Case) -> Left:
    """What is left until the approved deadline."""
    return left(case.due_on, of=WHOLE, has_clock=has_clock(case))


def days_late(due: date | None) -> int | None:
    """Calendar days past a deadline; nothing before it."""
    late = (timezone.localdate() - due).days if due else 0
    return late if late > 0 else None


def basis(case: Case) -> tuple[str, ...]:
    """定性依据: the documents and articles cited, in order."""
    return tuple(str(citation) for citation in finding(case).citations.all())


def lead(case: Case) -> str:
    """The lead unit under the name of its day; an assisting unit's part has that of the finding."""
    return case.unit_name if case.is_lead else finding(case).case.unit_name


def assisting(case: Case) -> tuple[str, ...]:
    found = finding(case)
    return tuple(unit.name_on(found.case.opened_on) for unit in found.assisting.all())


def supervisor(case: Case) -> str:
    found = finding(case)
    return found.supervisor.name_on(found.case.opened_on) if found.supervisor else ""


def deadline(case: Case) -> Deadline:
    is_long_term = case.state == State.LONG_TERM or finding(case).rectify_type == RectifyType.LONG_TERM
    return Deadline(case.due_on, case.original_due_on, is_long_term)


def extension(case: Case) -> Extension | None:
    """The extensions granted; None without any."""
    times = content(case).extensions
    return Extension(times, case.original_due_on, case.due_on) if times else None


def measures(case: Case) -> list[Measure]:
    return sorted(case.measures.all(), key=lambda measure: measure.n)


def n_evidence(case: Case) -> int:
    """How many files prove measures; one that proves several counts once."""
    return len({file.pk for m in case.measures.all() for file in m.standing_evidence()})


def latest_progress(case: Case) -> ProgressReport | None:
    return max(case.progress_reports.all(), key=lambda report: (report.day, report.pk), default=None)


class Pace(NamedTuple):
    """How far the unit says it is, beside how much of the time has gone (序时进度), both in percent."""

    percent: int
    elapsed: int
    is_behind: bool

    @property
    def word(self) -> str:
        return "滞后" if self.is_behind else "达到序时"

    def __str__(self) -> str:
        return f"{self.percent}%，序时 {self.elapsed}%，{self.word}"


def pace(case: Case, percent: int | None = None) -> Pace | None:
    """Compare progress with time (docs/domain/process.md 2.4); None where the unit is not at work or no clock runs.

    `percent`: where it is known already. What was never reported on counts as nothing done.
    """
    if case.state not in WORKING or not has_clock(case) or case.due_on is None:
        return None
    if percent is None:
        percent = _last_percent(case) or 0
    span = max((case.due_on - case.opened_on).days, 1)
    gone = min(max((timezone.localdate() - case.opened_on).days, 0), span)
    return Pace(percent, 100 * gone // span, (percent + PACE_LEEWAY) * span < 100 * gone)


def _last_percent(case: Case) -> int | None:
    if hasattr(case, "last_percent"):  # rectification.querysets.with_measures
        found: int | None = case.last_percent
        return found
    report = latest_progress(case)
    return report.percent if report else None


def looked_back(case: Case) -> LookBackVerdict | None:
    """What the last look-back found; None before the first."""
    judged = [look_back for look_back in case.look_backs.all() if look_back.verdict]
    last = max(judged, key=lambda look_back: look_back.pk, default=None)  # the next is booked after the last is judged
    return LookBackVerdict(last.verdict) if last else None


def milestones(case: Case) -> Sequence[Event]:
    """The events that dates are read from, oldest first, without those taken back."""
    found: list[Event] | None = getattr(case, "milestones", None)
    events = sorted(of_milestones(case.events.all()) if found is None else found, key=lambda event: event.seq)
    taken_back = {event.note.get("withdraws") for event in events}
    return [event for event in events if event.name != "withdraw" and event.seq not in taken_back]


def day_of(case: Case, step: str) -> date | None:
    """The day a step was last taken; None when it was not, or was taken back."""
    return next((event.day for event in reversed(milestones(case)) if event.name == step), None)


def self_checked_on(case: Case) -> date | None:
    """自验: the unit's head asked for closure."""
    return day_of(case, "request_closure")


def endorsed_on(case: Case) -> date | None:
    """审核: the supervising department agreed."""
    return day_of(case, "endorse")


def closed_on(case: Case) -> date | None:
    """销号; what ended in another way was not closed (docs/domain/results.md 11)."""
    return case.closed_on if case.state == State.CLOSED else None


def publicity(case: Case) -> Publicity | None:
    """When the case was last made public, and until when; None when never."""
    entered = begun = ended = None
    for event in milestones(case):
        if event.state == State.PUBLICITY != event.source:
            entered, begun, ended = event.day, None, None
        elif event.name == "publish":
            on = event.note["given"].get("published_on")
            begun = date.fromisoformat(on) if on else event.day
        elif event.source == State.PUBLICITY != event.state:
            begun, ended = begun or entered, event.day  # before it was published by a step, it began on entering
    return Publicity(begun, ended) if begun else None


def warning(case: Case) -> Warning:
    """The light of the case today."""
    if not has_clock(case):
        return Warning(Light.GREY, State(case.state).label)
    if case.due_on is None:
        return Warning(Light.GREEN, "正常")
    due, n = remaining(case), workdays_between(timezone.localdate(), case.due_on)
    if due.tone == "late":
        return Warning(Light.RED, due.words)
    if n <= URGENT_WORKDAYS:
        return Warning(Light.YELLOW, f"严重临期，{due.words}")
    now = pace(case)
    if now is not None and now.is_behind:  # 滞后于序时 (docs/domain/dictionaries.md 9.7)
        return Warning(Light.YELLOW, f"滞后于序时，{due.words}")
    return Warning(Light.BLUE, f"临期，{due.words}") if n <= SOON_WORKDAYS else Warning(Light.GREEN, "正常")


def remark(case: Case) -> str:
    """备注: what the other columns do not say.

    A later round, and the stage of what is kept up for good or suspended.
    """
    row = content(case)
    said = []
    if row.previous is not None:
        said.append(f"第 {row.round} 轮，上一轮 {row.previous.case.number}")
    if case.state == State.LONG_TERM and row.stage_goal:
        said.append(f"阶段目标：{row.stage_goal}")
    if case.state in NO_CLOCK and row.next_review_on:
        said.append(f"下次复核 {row.next_review_on:%Y-%m-%d}")
    if case.state == State.LONG_TERM and row.expected_on:
        said.append(f"预计 {row.expected_on:%Y-%m-%d} 完成")
    return "；".join(said)
