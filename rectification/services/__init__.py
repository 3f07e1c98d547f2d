"""Writes of a rectification that are not steps: measures, evidence, verdicts; and how a look-back is booked."""

from rectification.services.evidence import (
    Word,
    complete_measure,
    judge,
    judge_all,
    judge_of,
    reopen_measure,
    take_in_new_version,
)
from rectification.services.look_backs import book_look_back
from rectification.services.paper import answer, load_rules, look_through, queue_check, stays_out
from rectification.services.plan_reviews import Said, open_items, review_plan
from rectification.services.plans import (
    IMMEDIATE_DAYS,
    MEASURE_FIELDS,
    MeasureDraft,
    StageDraft,
    add_measure,
    change_measure,
    drafts_in,
    remove_measure,
    save_plan,
    shut_to,
)
from rectification.services.rounds import (
    Answer,
    Asked,
    answer_call,
    asked,
    call_round,
    coverage,
    remind_round,
    to_remind,
)

__all__ = [
    "IMMEDIATE_DAYS",
    "MEASURE_FIELDS",
    "Answer",
    "Asked",
    "MeasureDraft",
    "Said",
    "StageDraft",
    "Word",
    "add_measure",
    "answer",
    "answer_call",
    "asked",
    "book_look_back",
    "call_round",
    "change_measure",
    "complete_measure",
    "coverage",
    "drafts_in",
    "judge",
    "judge_all",
    "judge_of",
    "load_rules",
    "look_through",
    "open_items",
    "queue_check",
    "remind_round",
    "remove_measure",
    "reopen_measure",
    "review_plan",
    "save_plan",
    "shut_to",
    "stays_out",
    "take_in_new_version",
    "to_remind",
]
