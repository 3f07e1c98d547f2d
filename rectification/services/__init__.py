"""Writes of a rectification that are not steps: measures, evidence, verdicts; and how a look-back is booked."""

from rectification.services.evidence import (
    complete_measure,
    evidence_warnings,
    judge,
    judge_all,
    judge_of,
    reopen_measure,
    take_in_new_version,
)
from rectification.services.look_backs import book_look_back
from rectification.services.plans import (
    MEASURE_FIELDS,
    MeasureDraft,
    add_measure,
    change_measure,
    drafts_in,
    remove_measure,
    save_plan,
    shut_to,
)

__all__ = [
    "MEASURE_FIELDS",
    "MeasureDraft",
    "add_measure",
    "book_look_back",
    "change_measure",
    "complete_measure",
    "drafts_in",
    "evidence_warnings",
    "judge",
    "judge_all",
    "judge_of",
    "remove_measure",
    "reopen_measure",
    "save_plan",
    "shut_to",
    "take_in_new_version",
]
