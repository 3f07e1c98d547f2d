"""What the pages of a rectification, of a look-back and of a feedback show beyond any case."""

from rectification.pages.case import (
    BRIEFS,
    Row,
    brief_of_look_back,
    measures,
    read_briefs,
    read_rectification,
    with_surroundings,
)
from rectification.pages.closure import read_notice
from rectification.pages.evidence import read_evidence
from rectification.pages.feedback import brief_of_feedback, read_feedback
from rectification.pages.mends import MENDS
from rectification.pages.surroundings import history

__all__ = [
    "BRIEFS",
    "MENDS",
    "Row",
    "brief_of_feedback",
    "brief_of_look_back",
    "history",
    "measures",
    "read_briefs",
    "read_evidence",
    "read_feedback",
    "read_notice",
    "read_rectification",
    "with_surroundings",
]
