"""Equity: for whom the loop closes and for whom it does not, with intervals, completeness and suppression."""
