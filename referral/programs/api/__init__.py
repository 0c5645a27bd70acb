"""JSON: programs, enrollments and service authorizations; the same verbs as the pages."""

from referral.programs.api import authorizations, enrollments, offered
from referral.programs.api.blueprint import api

__all__ = ["api", "authorizations", "enrollments", "offered"]
