"""A referral as a Task after SDOHCC TaskForReferralManagement: who does what for whom, and where it stands."""

from datetime import datetime

from referral.exchange.fhir.parts import Resource, coding, concept, meta, present, reference
from referral.exchange.fhir.patients import subject_of
from referral.exchange.fhir.statuses import MAPPED
from referral.exchange.fhir.systems import (
    REFERRAL_NUMBER,
    REFERRAL_REASON,
    REFERRAL_STATUS,
    TASK_CODE,
    TASK_PROFILE,
    TEMPORARY_CODES,
)
from referral.people.rules import NeedCategory, SensitivityLevel, level_of
from referral.referrals.rules import Status, reason_label

ACTIVITY = "resulting-activity"


def task(shown: Resource, *, at: datetime, is_subset: bool = False) -> Resource:
    """Return a referral (`ReferralOut` of the referrals API) as a Task; its ServiceRequest has the same id."""
    facts, status = shown["referral"], Status(shown["referral"]["status"])
    subject, contained = subject_of(shown["person"], level=level_shown(shown), at=at)
    return present(
        {
            "resourceType": "Task",
            "id": facts["id"],
            "meta": meta([TASK_PROFILE], facts["version"], is_subset=is_subset),
            "contained": contained,
            "identifier": [{"system": REFERRAL_NUMBER, "value": facts["number"]}],
            "status": MAPPED[status].task,
            "statusReason": None if status is Status.SERVED else _reason(facts, status),
            "businessStatus": _business_status(status),
            "intent": "order",
            "priority": facts["urgency"],
            "code": concept(coding(TASK_CODE, "fulfill", "Fulfill the focal request")),
            "focus": reference("ServiceRequest", facts["id"]),
            "for": subject,
            "authoredOn": facts.get("sent_at"),
            "requester": reference("Organization", facts["sending_organization_id"]),
            "owner": reference("Organization", facts["receiving_organization_id"]),
            "output": _output(facts) if status is Status.SERVED else [],
        }
    )


def level_shown(shown: Resource) -> SensitivityLevel:
    """Return how sensitive the need is that the asker sees; of a masked one nothing is told that could be."""
    category = shown["referral"].get("category")
    return level_of(NeedCategory(category)) if category else SensitivityLevel.L1


def _business_status(status: Status) -> Resource | None:
    if not MAPPED[status].is_told:
        return None
    return concept(coding(REFERRAL_STATUS, status), text=status.label)


def _reason(facts: Resource, status: Status) -> Resource | None:
    """Return why it ended or waits; the profile asks for its text."""
    code, text = facts.get("reason_code"), reason_label(status, facts.get("reason_code"))
    if status is Status.WAITLISTED:
        return concept(text=_place_in_line(facts))
    return concept(coding(REFERRAL_REASON, code), text=text or code) if code else None


def _place_in_line(facts: Resource) -> str:
    place, expected_on = facts.get("place_in_line"), facts.get("expected_on")
    words = ("On the waiting list", place and f"place {place}", expected_on and f"expected on {expected_on}")
    return ", ".join(filter(None, words))


def _output(facts: Resource) -> list[Resource]:
    """Return what came of it: the guide wants at least one output of a completed Task."""
    code, text = facts.get("reason_code") or "", reason_label(Status.SERVED, facts.get("reason_code")) or "Served"
    activity = concept(coding(REFERRAL_REASON, code), text=text) if code else concept(text=text)
    return [{"type": concept(coding(TEMPORARY_CODES, ACTIVITY)), "valueCodeableConcept": activity}]
