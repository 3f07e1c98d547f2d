"""What a unit does about a finding, and whether it has held."""

from rectification.models.closure import AcceptanceStandard, Objection
from rectification.models.feedback import Feedback
from rectification.models.look_back import LookBack
from rectification.models.measure import EvidenceVerdict, Measure, Proof
from rectification.models.paper import FileTraits, PaperCheck, PaperRule, PaperWarning, TextMark
from rectification.models.plan import PlanVerdict, RootCause, StageGoal
from rectification.models.programme import Aspect, ClaimedAspect, Demand, Programme, UnitClaim
from rectification.models.progress import CallItem, ProgressCall, ProgressReport, ProgressRound, SupportNeed
from rectification.models.rectification import Rectification

__all__ = [
    "AcceptanceStandard",
    "Aspect",
    "CallItem",
    "ClaimedAspect",
    "Demand",
    "EvidenceVerdict",
    "Feedback",
    "FileTraits",
    "LookBack",
    "Measure",
    "Objection",
    "PaperCheck",
    "PaperRule",
    "PaperWarning",
    "PlanVerdict",
    "Programme",
    "ProgressCall",
    "ProgressReport",
    "ProgressRound",
    "Proof",
    "Rectification",
    "RootCause",
    "StageGoal",
    "SupportNeed",
    "TextMark",
    "UnitClaim",
]
