"""Billing: what was delivered, what is owed, what was paid."""
