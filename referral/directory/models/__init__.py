"""Tables of the directory: HSDS 3.1 by its own names, and what HSDS lacks."""

from referral.directory.models.details import (
    Accessibility,
    Contact,
    CostOption,
    Funding,
    Language,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    Url,
)
from referral.directory.models.finding import CapacityStatus, OpenInterval, SearchEntry, Verification, ZipPlace
from referral.directory.models.imports import ImportProblem, ImportQuarantine, ImportRun, SourceRecord
from referral.directory.models.listings import Address, ListedProgram, Location, Service, ServiceAtLocation
from referral.directory.models.meaning import (
    Attribute,
    ServiceCapacity,
    ServiceNeed,
    SynonymPhrase,
    Taxonomy,
    TaxonomyTerm,
    Unit,
    VocabularyWord,
)
from referral.directory.models.reports import ListingReport

__all__ = [
    "Accessibility",
    "Address",
    "Attribute",
    "CapacityStatus",
    "Contact",
    "CostOption",
    "Funding",
    "ImportProblem",
    "ImportQuarantine",
    "ImportRun",
    "Language",
    "ListedProgram",
    "ListingReport",
    "Location",
    "OpenInterval",
    "OrganizationIdentifier",
    "Phone",
    "RequiredDocument",
    "Schedule",
    "SearchEntry",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceCapacity",
    "ServiceNeed",
    "SourceRecord",
    "SynonymPhrase",
    "Taxonomy",
    "TaxonomyTerm",
    "Unit",
    "Url",
    "Verification",
    "VocabularyWord",
    "ZipPlace",
]
