"""Pages about people: find, take in, change, ask for consent, and what the person sees by a link."""

from referral.people.views import accompanying, consents, emergencies, links, phones, profile, record, requests, search  # noqa: F401 -- each adds its pages
from referral.people.views.blueprint import pages

__all__ = ["pages"]
