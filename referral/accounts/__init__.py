"""Accounts: who works here, with which roles, and through which door they signed in."""
