"""What people do with the directory."""

from referral.directory.service.imports import import_listings
from referral.directory.service.keeping import change_listing, edit_listing, list_unclaimed, offer_service
from referral.directory.service.listings import add_service, confirm_listing, set_capacity
from referral.directory.service.places import load_zip_places
from referral.directory.service.preparing import prepare
from referral.directory.service.reports import may_report, report_listing, settle_report
from referral.directory.service.set_up import set_up
from referral.directory.service.sites import Site
from referral.directory.service.words import load_words, rebuild_vocabulary

__all__ = [
    "Site",
    "add_service",
    "change_listing",
    "confirm_listing",
    "edit_listing",
    "import_listings",
    "list_unclaimed",
    "load_words",
    "load_zip_places",
    "may_report",
    "offer_service",
    "prepare",
    "rebuild_vocabulary",
    "report_listing",
    "set_capacity",
    "set_up",
    "settle_report",
]
