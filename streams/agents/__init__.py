"""Thin agents: decode a slice, advance each customer, publish what came out."""
