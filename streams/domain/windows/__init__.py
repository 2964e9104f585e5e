"""Measurements counted into tumbling windows of event time, which late ones correct."""
