"""Clues and, later, hotline tickets and transfers."""

from clues.models.clue import Clue

__all__ = ["Clue"]
