"""JSON: people and what they allow; records opened in an emergency."""

from referral.people.api import requests  # noqa: F401 -- adds its doors to those of records
from referral.people.api.emergencies import api as emergencies_api
from referral.people.api.records import api

__all__ = ["api", "emergencies_api"]
