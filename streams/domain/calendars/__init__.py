"""Business calendars: how much open time lies between two instants, and when so much has passed.

Instants are epoch milliseconds; hours are local wall time, through clock changes and holidays.
"""

from streams.domain.calendars.business_calendar import BusinessCalendar
from streams.domain.calendars.calendar import ALWAYS, Calendar
from streams.domain.calendars.opening_hours import Intervals, OpeningHours

__all__ = ["ALWAYS", "BusinessCalendar", "Calendar", "Intervals", "OpeningHours"]
