"""The card, its trail, who takes part, and what every case needs."""

from casework.models.attachment import Attachment
from casework.models.background import WorkerProcess
from casework.models.calendar import CalendarDay, HolidayYear
from casework.models.case import Case
from casework.models.chore_run import ChoreRun
from casework.models.event import Event
from casework.models.grant import Grant
from casework.models.limit import StepLimit
from casework.models.nightly_progress import NightlyProgress
from casework.models.notice import Notice
from casework.models.number_series import NumberSeries
from casework.models.pdf_copy import PdfCopy
from casework.models.pending_file import PendingFile
from casework.models.topic import Topic
from casework.models.words import Bigram, Words

__all__ = [
    "Attachment",
    "Bigram",
    "CalendarDay",
    "Case",
    "ChoreRun",
    "Event",
    "Grant",
    "HolidayYear",
    "NightlyProgress",
    "Notice",
    "NumberSeries",
    "PdfCopy",
    "PendingFile",
    "StepLimit",
    "Topic",
    "Words",
    "WorkerProcess",
]
