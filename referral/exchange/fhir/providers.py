"""Who helps, and with what: organizations of the network, and listings of the directory."""

from referral.exchange.fhir.parts import Resource, coding, concept, extension, meta, present, reference
from referral.exchange.fhir.systems import CAPACITY, HEALTHCARE_SERVICE_PROFILE, TEMPORARY_CODES, US_CORE_CATEGORY
from referral.people.rules import NeedCategory, label

CAPACITIES = {"open": "capacity", "limited": "capacity", "waitlist": "waitlist", "closed": "no-capacity"}
"""What is said about room -> capacityStatus of the guide; nothing where nobody said it."""


def organization(known: Resource) -> Resource:
    """Return who takes part (`OrganizationOut` of the API) as an Organization."""
    ways = [{"system": "email", "value": known.get("email")}, {"system": "url", "value": known.get("website")}]
    return {
        "resourceType": "Organization",
        "id": known["id"],
        "active": True,
        "name": known["name"],
        **present({"telecom": [way for way in ways if way["value"]]}),
    }


def healthcare_service(listing: Resource) -> Resource:
    """Return a listing (`ListingOut` of the directory API) as a HealthcareService.

    The profile for referrals needs a capacity: a listing that says nothing about room does not claim it.
    """
    capacity = _capacity(listing["room"])
    return present(
        {
            "resourceType": "HealthcareService",
            "id": listing["id"],
            "meta": meta([HEALTHCARE_SERVICE_PROFILE] if capacity and listing["status"] == "active" else []),
            "extension": capacity,
            "active": listing["status"] == "active",
            "providedBy": reference("Organization", listing["organization_id"]),
            "category": [_category(listing["needs"])],
            "location": [{"display": listing["place"]}] if listing.get("place") else [],
            "name": listing["title"],
            "comment": listing.get("opening"),
            "extraDetails": listing.get("description"),
            "telecom": [{"system": "phone", "value": phone} for phone in listing["phones"]],
            "availabilityExceptions": listing["room"].get("note"),
            "eligibility": [{"comment": listing["eligibility"]}] if listing.get("eligibility") else [],
            "communication": [concept(text=language) for language in listing["languages"]],
        }
    )


def _capacity(room: Resource) -> list[Resource]:
    code = CAPACITIES.get(room["state"])
    if code is None:
        return []
    status = extension("capacityStatus", "CodeableConcept", concept(coding(TEMPORARY_CODES, code)))
    return [{"url": CAPACITY, "extension": status}]


def _category(needs: list[Resource]) -> Resource:
    found = [coding(TEMPORARY_CODES, one["need"], label(NeedCategory(one["need"]))) for one in needs]
    return concept(coding(US_CORE_CATEGORY, "sdoh", "SDOH"), *found)
