"""存证: are the rows that count as fact as they were recorded, all of them or those whose turn it is."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Max, Min

from casework.chore import CHECKS, Chore, Found, Progress
from casework.jobs.casework_chores import KEEP_THE_SCENE
from casework.jobs.night import Night
from organizations.records import ledger
from organizations.records.facts import Fact, all_facts

ROWS_A_NIGHT = 50_000  # of one table; more come in turn


def verify_rows(progress: Progress) -> Found:
    """Compare every row that counts as fact with its record, and the records with their chain and seals."""
    facts, sealed = all_facts(), ledger.seals()
    wrong = list(sealed.wrong())
    for done, fact in enumerate(facts, 1):
        wrong += ledger.verify(fact, sealed=sealed)
        progress(done, len(facts))
    said = f"共 {len(facts)} 张表，{f'{len(wrong)} 处不符' if wrong else '全部相符'}"
    return Found(said, wrong, KEEP_THE_SCENE)


def verify_share_of_rows(night: Night) -> Found:
    """Compare the rows whose turn it is; of a table that is not large, all of them."""
    sealed = ledger.seals()
    wrong = list(sealed.wrong())
    for fact in all_facts():
        wrong += ledger.verify(fact, _turn(fact, night.day), sealed)
    return Found(f"{len(wrong)} 处不符" if wrong else "全部相符", wrong, KEEP_THE_SCENE)


def _turn(fact: Fact, day: date) -> tuple[int | None, int | None] | None:
    """Return the range of keys of a night, None for all; what lies before the first or behind the last has a turn."""
    ends = fact.rows("default").aggregate(n=Count("pk"), first=Min("pk"), last=Max("pk"))
    parts = -(-ends["n"] // ROWS_A_NIGHT)
    if parts <= 1:
        return None
    width, part = -(-(ends["last"] - ends["first"] + 1) // parts), day.toordinal() % parts
    begin = ends["first"] + part * width
    return (begin if part else None, begin + width if part < parts - 1 else None)


CHORE = Chore(
    "verify_rows",
    "核对存证",
    "逐行核对问题、措施、佐证、认定、附件、单位、人员、字典、日历和各种日志与存证是否一致；只读。",
    "张表",
    CHECKS,
    verify_rows,
)
