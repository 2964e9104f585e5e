"""What can go wrong with the parts of a test, each said in one line with its mend."""


class PartMissing(Exception):
    """A program or a download that a part needs isn't here; the message says how to get it."""


class PartFailed(Exception):
    """A part was started and didn't get ready, or ended; the message quotes its log."""
