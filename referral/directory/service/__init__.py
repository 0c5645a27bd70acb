"""What people do with the directory."""

from referral.directory.service.imports import import_listings
from referral.directory.service.listings import Site, add_service, confirm_listing, set_capacity
from referral.directory.service.places import load_zip_places
from referral.directory.service.preparing import prepare
from referral.directory.service.set_up import set_up
from referral.directory.service.words import load_words, rebuild_vocabulary

__all__ = [
    "Site",
    "add_service",
    "confirm_listing",
    "import_listings",
    "load_words",
    "load_zip_places",
    "prepare",
    "rebuild_vocabulary",
    "set_capacity",
    "set_up",
]
