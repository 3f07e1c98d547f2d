"""Writes that are not steps: the files of a case, and deadlines counted anew."""
