"""JSON: search the directory, read a listing, keep one's own; the same verbs as the pages."""

from referral.directory.api import finding, keeping
from referral.directory.api.blueprint import api

__all__ = ["api", "finding", "keeping"]
