"""Hours and days in milliseconds."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
