"""Fixtures of signing in."""

from tests.accounts.staging import ana

__all__ = ["ana"]
