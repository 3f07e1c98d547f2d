"""What comes of an inspection: rules by which it is scored."""

from results.models.scheme import ScoreRule, ScoreScheme

__all__ = ["ScoreRule", "ScoreScheme"]
