"""Which verdicts of a look-back mean what (docs/domain/dictionaries.md 9.11)."""

from rectification.enums import LookBackVerdict as V

VERDICTS = tuple(V)
FIRM = (V.FIRM, V.FAIR)
RELAPSED = (V.PARTLY_RELAPSED, V.RELAPSED, V.FALSE)
