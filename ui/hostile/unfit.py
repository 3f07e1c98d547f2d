"""What a reader of hostile bytes says of a file that may not be taken."""


class UnfitError(Exception):
    """The file may not be taken; the message says why and what to do."""
