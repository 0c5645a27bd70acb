"""What the directory answers."""

from referral.directory.queries.keeping import may_edit, places_of
from referral.directory.queries.likely import likely_listings
from referral.directory.queries.listing import Listing, Room, listing, listings, own_listings
from referral.directory.queries.reports import Reported, count_reports, reports_for
from referral.directory.queries.search import search
from referral.directory.rules.criteria import Criteria, Found, Hit

__all__ = [
    "Criteria",
    "Found",
    "Hit",
    "Listing",
    "Reported",
    "Room",
    "count_reports",
    "likely_listings",
    "listing",
    "listings",
    "may_edit",
    "own_listings",
    "places_of",
    "reports_for",
    "search",
]
