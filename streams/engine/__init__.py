"""Faust made fast and safe: chunks instead of records, state that survives, deadlines that fire.

The engine knows nothing of customers: a job (see `job`) tells it how to decode, advance and encode.
"""
