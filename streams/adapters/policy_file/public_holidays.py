"""Public holidays, from the package `holidays`: loaded when a policy names a country."""

import warnings
from datetime import date
from typing import Any

from streams.adapters.toml_file.keys import checked, get
from streams.adapters.toml_file.place import Place

YEARS = range(1990, 2101)
"""Years whose holidays are known to a calendar: old logs are replayed too. Some countries (moon
calendars, days set by decree) end sooner in the package; it has the years it has."""


def public_holidays(raw: Any, place: Place) -> frozenset[date]:
    """The days of `{ country = "DE", subdivision = "BE" }`."""
    table = checked(raw, ("country", "subdivision"), place)
    country = get(table, "country", str, place)
    subdivision = get(table, "subdivision", str, place)
    if country is None:
        raise place.at("country").error('is missing; write its ISO 3166 code, such as "DE"')

    country = country.upper()
    import holidays  # noqa: PLC0415 - slow, and most policies name no country

    known = holidays.list_supported_countries()
    if country not in known:
        codes = sorted(code for code in known if len(code) == 2)
        raise place.at("country").unknown("country", country, codes)
    try:
        with warnings.catch_warnings():
            # Of years that the package doesn't have; see YEARS.
            warnings.simplefilter("ignore")
            return frozenset(holidays.country_holidays(country, subdivision, years=YEARS))
    except NotImplementedError as error:  # the package's word for an unknown subdivision; it also
        # takes names that it doesn't list, such as "Bayern" for BY, so only trying tells.
        there = known[country]
        if there:
            raise place.at("subdivision").unknown(
                f"subdivision of {country}", subdivision or "", there
            ) from error
        raise place.at("subdivision").error(
            f"{country} has no subdivisions here; take {subdivision!r} out"
        ) from error
