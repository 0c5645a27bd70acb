"""A referral as a ServiceRequest after SDOHCC ServiceRequest: what is asked for, and why."""

from datetime import datetime

from referral.exchange.fhir.parts import Resource, coding, concept, masked, meta, present, reference
from referral.exchange.fhir.patients import is_closed, subject_of
from referral.exchange.fhir.statuses import MAPPED
from referral.exchange.fhir.systems import REFERRAL_NUMBER, SERVICE_REQUEST_PROFILE, SNOMED, TEMPORARY_CODES
from referral.exchange.fhir.tasks import level_shown
from referral.people.rules import ContactChannel, NeedCategory, label
from referral.referrals.rules import Sight, Status

STATUSES = {"draft": "draft", "completed": "completed", "entered-in-error": "entered-in-error"} | dict.fromkeys(
    ("cancelled", "rejected", "failed"), "revoked"
)
"""Task.status -> ServiceRequest.status, active where it is not named: the guide leaves this to us."""
SOCIAL_SERVICE = coding(SNOMED, "410606002", "Social service procedure")
NO_CONTACT = concept(coding(TEMPORARY_CODES, "contacting-subject-prohibited", "Contacting Subject Prohibited"))


def service_request(shown: Resource, *, at: datetime, is_subset: bool = False) -> Resource:
    """Return a referral (`ReferralOut` of the referrals API) as the ServiceRequest that its Task is about."""
    facts, person = shown["referral"], shown["person"]
    subject, contained = subject_of(person, level=level_shown(shown), at=at)
    category = _category(facts.get("category"))
    return present(
        {
            "resourceType": "ServiceRequest",
            "id": facts["id"],
            "meta": meta([SERVICE_REQUEST_PROFILE], facts["version"], is_subset=is_subset),
            "contained": contained,
            "identifier": [{"system": REFERRAL_NUMBER, "value": facts["number"]}],
            "replaces": [reference("ServiceRequest", facts["successor_of_id"])] if facts.get("successor_of_id") else [],
            "status": STATUSES.get(MAPPED[Status(facts["status"])].task, "active"),
            "intent": "order",
            "category": [concept(SOCIAL_SERVICE), *([category] if category else [])],
            "priority": facts["urgency"],
            "code": concept(text=f"Help with: {category['text']}") if category else masked(),
            "orderDetail": [NO_CONTACT] if _is_contact_prohibited(shown, at) else [],
            "subject": subject,
            "authoredOn": facts.get("sent_at"),
            "requester": reference("Organization", facts["sending_organization_id"]),
            "performer": [reference("HealthcareService", facts["service_at_location_id"])],
            "note": [{"text": person["note"]}] if person.get("note") else [],
        }
    )


def _category(need: str | None) -> Resource | None:
    """Return the SDOH category; None where the asker sees that something was served, and not what."""
    if need is None:
        return None
    words = label(NeedCategory(need))
    return concept(coding(TEMPORARY_CODES, need), text=words)


def _is_contact_prohibited(shown: Resource, at: datetime) -> bool:
    """Whether no way to reach the person is safe, for whoever would see how to reach them."""
    person = shown["person"]
    if person["sight"] != Sight.PARTY:
        return False
    return all(is_closed(person, channel, level=level_shown(shown), at=at) for channel in ContactChannel)
