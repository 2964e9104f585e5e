"""Feeds: what each channel's own rhythm is, and whether it has fallen silent against it."""
