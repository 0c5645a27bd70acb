"""FHIR R4 under /fhir/R4: the doors, each a few lines over the same verbs as /api/v1."""

from referral.exchange.api import metadata, records, tasks  # noqa: F401 -- each adds its doors
from referral.exchange.api.blueprint import api

__all__ = ["api"]
"""The blueprint with all its doors."""
