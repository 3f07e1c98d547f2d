"""The rectification's rules: table.py is the table, guards.py what stands in the way, effects.py what else a step writes."""

from rectification.workflow.table import circuit, circuit_for, every_circuit

__all__ = ["circuit", "circuit_for", "every_circuit"]
