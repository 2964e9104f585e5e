"""Response clocks: what they show is a reading of a case's sorted moments, never a counter."""
