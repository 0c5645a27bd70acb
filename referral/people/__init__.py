"""Whom we serve and what they allow: persons, coverage, demographics, consents and grants of access."""
