"""What the directory answers."""

from referral.directory.queries.listing import Listing, listing, listings, own_listings
from referral.directory.queries.search import search
from referral.directory.rules.criteria import Criteria, Found, Hit

__all__ = ["Criteria", "Found", "Hit", "Listing", "listing", "listings", "own_listings", "search"]
