"""Sealed periods: closed cards of finished months and years, counted once."""

from dashboards.models.seal import Seal, SealedCell

__all__ = ["Seal", "SealedCell"]
