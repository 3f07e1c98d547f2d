"""The ledger, the page of a rectification, its plan, measures and look-backs."""
