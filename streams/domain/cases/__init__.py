"""Service episodes: what is kept of a case, how long, and the moments its clocks are read from."""
