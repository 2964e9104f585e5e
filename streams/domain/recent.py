"""The window of duplicates: marks of the last fingerprints, one byte string a customer."""

RECENT_CAP = 16
"""Fingerprints remembered: producers repeat within one batch or one retry, not after more."""

MARK_BYTES = 6
"""Bytes of a mark. Of 48 bits, 16 marks mistake a new event for a known one once in 1.8e13."""

RECENT_BYTES = RECENT_CAP * MARK_BYTES

MARK_MASK = (1 << 8 * MARK_BYTES) - 1


def is_known(recent: bytes, mark: bytes) -> bool:
    """Whether the window holds the mark in one of its places (not across two).

    >>> window = bytes.fromhex("0000000001a5" "00b700000002")
    >>> is_known(window, bytes.fromhex("00b700000002"))
    True
    >>> is_known(window, bytes.fromhex("0001a500b700"))
    False
    """
    places = range(0, len(recent), MARK_BYTES)
    return any(recent[place : place + MARK_BYTES] == mark for place in places)
