"""Warnings to people: raised, updated and resolved under one id, counted up in versions."""
