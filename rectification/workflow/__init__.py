"""The rectification's rules.

table.py is the table, guards.py what stands in the way, effects.py what else a step writes. look_back.py is
all of that for a look-back.
"""

from rectification.workflow.table import INPUTS, TABLE, facts_of

__all__ = ["INPUTS", "TABLE", "facts_of"]
