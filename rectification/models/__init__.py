"""What a unit does about a finding, and whether it has held."""

from rectification.models.look_back import LookBack
from rectification.models.measure import EvidenceVerdict, Measure, ProgressReport
from rectification.models.rectification import Rectification

__all__ = ["EvidenceVerdict", "LookBack", "Measure", "ProgressReport", "Rectification"]
