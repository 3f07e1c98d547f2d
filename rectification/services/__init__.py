"""Writes of a rectification that are not steps: measures, evidence, verdicts, look-backs. Each leaves its event."""

from rectification.services.evidence import (
    complete_measure,
    evidence_warnings,
    judge,
    judge_all,
    judge_of,
    reopen_measure,
)
from rectification.services.look_backs import LOOKED_BACK_AT, RELAPSED, judge_look_back, plan_look_back
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
    "LOOKED_BACK_AT",
    "MEASURE_FIELDS",
    "RELAPSED",
    "MeasureDraft",
    "add_measure",
    "change_measure",
    "complete_measure",
    "drafts_in",
    "evidence_warnings",
    "judge",
    "judge_all",
    "judge_look_back",
    "judge_of",
    "plan_look_back",
    "remove_measure",
    "reopen_measure",
    "save_plan",
    "shut_to",
]
