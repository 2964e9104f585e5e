"""Past logs as live streams: read, map, send in event-time order, wait, report."""
