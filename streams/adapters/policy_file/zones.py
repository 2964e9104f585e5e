"""Time zones by the names that people write."""

from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


def zone_named(name: str) -> ZoneInfo | str:
    """The zone of that name, or what to say of a name that is none.

    >>> zone_named("Europe/Berlin").key
    'Europe/Berlin'
    >>> zone_named("Europe/Berln")
    "no time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?"
    >>> zone_named("CEST")
    "no time zone 'CEST'; write it as in 'Europe/Rome' or 'UTC'"
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Abbreviations resemble each other too much to guess among them.
        places = sorted(zone for zone in available_timezones() if "/" in zone)
        near = get_close_matches(name, places, n=1, cutoff=0.75)
        mend = f"did you mean {near[0]!r}?" if near else "write it as in 'Europe/Rome' or 'UTC'"
        return f"no time zone {name!r}; {mend}"
