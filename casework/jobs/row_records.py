"""存证: are the rows that count as fact as they were recorded, all of them or those whose turn it is."""

from __future__ import annotations

from casework.chore import CHECKS, Chore, Found, Progress
from casework.jobs.casework_chores import KEEP_THE_SCENE
from casework.jobs.night import Night, turn_of
from organizations.records import ledger
from organizations.records.facts import all_facts

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
    wrong, is_whole = list(sealed.wrong()), True
    for fact in all_facts():
        turn = turn_of(fact.rows("default"), night.day, ROWS_A_NIGHT)
        wrong += ledger.verify(fact, (turn.begin, turn.end) if turn.parts > 1 else None, sealed)
        is_whole = is_whole and turn.parts <= 1
    return Found(f"{len(wrong)} 处不符" if wrong else "全部相符", wrong, KEEP_THE_SCENE, is_whole)


CHORE = Chore(
    "verify_rows",
    "核对存证",
    "逐行核对问题、措施、佐证、认定、附件、单位、人员、字典、日历和各种日志与存证是否一致；只读。",
    "张表",
    CHECKS,
    verify_rows,
)
