"""Papers and what is written out."""

from documents.models.export import Export

__all__ = ["Export"]
