"""People for tests, taken in through the same verbs as everybody."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from referral.foundation.principal import Principal
from referral.people import service
from referral.people.models import Consent, Person
from referral.people.rules import ConsentMethod, ConsentScope
from tests.factories.fixtures import NOW

BORN = date(1980, 3, 14)


def a_person(session: Session, by: Principal, **changed: Any) -> Person:
    """Take in Maria Garcia, or somebody who differs from her."""
    fields: dict[str, Any] = {"given_name": "Maria", "family_name": "Garcia", "birth_on": BORN}
    return service.add_person(session, by=by, at=NOW, **{**fields, **changed})


def a_consent(session: Session, person: Person, by: Principal, **changed: Any) -> Consent:
    """Record a spoken consent to keep the record, or another."""
    fields: dict[str, Any] = {
        "scope": ConsentScope.INTAKE_STORE,
        "method": ConsentMethod.VERBAL,
        "language": "en",
        "script_version": "test",
        "witness": "second navigator",
    }
    return service.record_consent(session, person, by=by, at=NOW, **{**fields, **changed})
