"""A person as a Patient: whole as the people API shows them, or contained in a Task as a referral shows them."""

from datetime import datetime

from referral.exchange.fhir.parts import Resource, coding, concept, extension, masked, meta, present, reference
from referral.exchange.fhir.systems import (
    HOUSEHOLD_SIZE,
    INTERPRETER,
    LANGUAGE,
    MAY_LEAVE_MESSAGE,
    PERSON_NUMBER,
    SAFE_CONTACT_NOTE,
)
from referral.people.rules import ContactChannel, SafeContact, SensitivityLevel, contact_refusal
from referral.referrals.rules import Sight

CONTAINED = "person"


def patient(person: Resource, *, at: datetime) -> Resource:
    """Return somebody's record (`PersonOut` of the people API) as a Patient."""
    number = person.get("number")
    phones = [phone["number"] for phone in person.get("phones", ())]
    return present(
        {
            "resourceType": "Patient",
            "id": person["id"],
            "meta": meta(version=person.get("version")),
            "extension": _extensions(person),
            "identifier": [{"system": PERSON_NUMBER, "value": number}] if number else [],
            "name": _names(person),
            "telecom": _telecom(person, phones, SensitivityLevel.L1, at),
            "birthDate": person.get("birth_on"),
            "address": [_address(person["address"])] if person.get("address") else [],
            "communication": _communication(person),
        }
    )


def subject_of(person: Resource, *, level: SensitivityLevel, at: datetime) -> tuple[Resource, list[Resource]]:
    """Return how a Task names the person (`SeenPersonOut` of the referrals API), and what it contains for that.

    Who may open the record gets its id, who sees a part gets that part, and an onlooker learns that it is masked.
    """
    if person.get("person_id"):
        return reference("Patient", person["person_id"]), []
    if person["sight"] == Sight.NOTHING:
        return masked(), []
    return {"reference": f"#{CONTAINED}"}, [_seen(person, level, at)]


def is_closed(person: Resource, channel: ContactChannel, *, level: SensitivityLevel, at: datetime) -> bool:
    """Whether the person must not be reached this way; what they said about hours is not looked at."""
    confirmed = person.get("safe_confirmed_at")
    channels = frozenset(ContactChannel(one) for one in person.get("safe_channels") or ())
    contact = SafeContact(channels, datetime.fromisoformat(confirmed)) if confirmed else None
    return contact_refusal(contact, channel, level=level, at=at, zone="UTC") is not None


def _seen(person: Resource, level: SensitivityLevel, at: datetime) -> Resource:
    area = person.get("area")
    phones = [person["phone"]] if person.get("phone") else []
    return present(
        {
            "resourceType": "Patient",
            "id": CONTAINED,
            "extension": _extensions(person),
            "name": _names(person),
            "telecom": _telecom(person, phones, level, at),
            "address": [{"text": f"ZIP code beginning with {area}"}] if area else [],
            "communication": _communication(person),
        }
    )


def _extensions(person: Resource) -> list[Resource]:
    return [
        *extension(HOUSEHOLD_SIZE, "Integer", person.get("household_size")),
        *extension(INTERPRETER, "Boolean", person.get("needs_interpreter")),
        *extension(MAY_LEAVE_MESSAGE, "Boolean", person.get("can_leave_message")),
        *extension(SAFE_CONTACT_NOTE, "String", person.get("safe_note")),
    ]


def _names(person: Resource) -> list[Resource]:
    given, suffix, called = person.get("given_name"), person.get("suffix"), person.get("called")
    official = {
        "family": person.get("family_name"),
        "given": [given] if given else [],
        "suffix": [suffix] if suffix else [],
    }
    official = present(official)
    named = [{"use": "official" if "family" in official else "usual", **official}] if official else []
    return named + ([{"use": "nickname", "given": [called]}] if called else [])


def _telecom(person: Resource, phones: list[str], level: SensitivityLevel, at: datetime) -> list[Resource]:
    """Return only ways that are safe: FHIR has no place for a number that must not be called."""
    ways = [("phone", ContactChannel.VOICE, number) for number in phones]
    ways += [("email", ContactChannel.EMAIL, person["email"])] if person.get("email") else []
    open_ways = [way for way in ways if not is_closed(person, way[1], level=level, at=at)]
    return [{"system": system, "value": value} for system, _, value in open_ways]


def _communication(person: Resource) -> list[Resource]:
    language = person.get("language")
    return [{"language": concept(coding(LANGUAGE, language)), "preferred": True}] if language else []


def _address(lives: Resource) -> Resource:
    lines = [line for line in (lives.get("line_1"), lives.get("line_2")) if line]
    names = {"city": "city", "district": "county", "state": "state", "postalCode": "postal_code"}
    return present({"line": lines, **{name: lives.get(ours) for name, ours in names.items()}})
