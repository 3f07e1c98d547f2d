"""What a unit does about a finding."""

from rectification.models.measure import EvidenceVerdict, LookBack, Measure, ProgressReport
from rectification.models.rectification import Rectification

__all__ = ["EvidenceVerdict", "LookBack", "Measure", "ProgressReport", "Rectification"]
