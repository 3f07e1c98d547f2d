"""Hostile bytes: read in a child process that the system ends; and the workbooks somebody sent, of whatever floor."""
