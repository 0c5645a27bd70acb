"""JSON: people and what they allow; records opened in an emergency."""

from referral.people.api.emergencies import api as emergencies_api
from referral.people.api.records import api

__all__ = ["api", "emergencies_api"]
