"""Customers, cases, clocks, risk: pure, deterministic, knowing neither clock nor broker."""
