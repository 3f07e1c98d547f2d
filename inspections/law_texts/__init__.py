"""The text of a law: read from a file, split into 编章节条款项, and how its articles are called.

No database, no Django: it runs in the child process that reads hostile bytes (decision 0017).
"""
