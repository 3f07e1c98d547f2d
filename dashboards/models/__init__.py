"""Sealed periods: closed cards of finished months and years, counted once."""

from dashboards.models.seal import Seal, SealedCount, SealedDays, SealedPart

__all__ = ["Seal", "SealedCount", "SealedDays", "SealedPart"]
