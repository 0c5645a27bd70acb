"""STOP and START by text: the consent to texts follows what the person said on the phone itself."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation.principal import Principal, system
from referral.messaging.models import OptOut
from referral.people.models import Consent, Person, PersonPhone
from referral.people.rules import ConsentMethod, ConsentScope
from referral.people.service.consents import record_consent, withdraw_consent

SIGNED_BY_TEXT = "START, by text message"


def follow_stop(session: Session, opt_out: OptOut, *, at: datetime) -> None:
    """Withdraw the consents to texts of everybody whose number said STOP."""
    query = (
        select(Consent)
        .join(PersonPhone, PersonPhone.person_id == Consent.person_id)
        .where(
            PersonPhone.number == opt_out.phone,
            PersonPhone.ended_at.is_(None),
            Consent.scope == ConsentScope.MESSAGE_SMS,
            Consent.revoked_at.is_(None),
        )
    )
    for consent in session.scalars(query).unique():
        withdraw_consent(session, consent, by=_said_by(opt_out), at=at)


def follow_start(session: Session, opt_out: OptOut, *, at: datetime) -> None:
    """Record anew, in the same terms, the consents that this number's STOP had withdrawn."""
    by = _said_by(opt_out)
    withdrawn = select(Consent).where(Consent.revoked_by == f"{by.kind}:{by.id}")
    for consent in session.scalars(withdrawn):
        record_consent(
            session,
            session.get_one(Person, consent.person_id),
            scope=ConsentScope.MESSAGE_SMS,
            method=ConsentMethod.ELECTRONIC,
            signature=SIGNED_BY_TEXT,
            language=consent.language,
            script_version=consent.script_version,
            level=consent.level,
            given_by=consent.given_by,
            proxy_name=consent.proxy_name,
            by=by,
            at=at,
        )


def _said_by(opt_out: OptOut) -> Principal:
    """Return the number itself as the one who acted; its id finds the withdrawn consents again."""
    return system(f"opt-out-{opt_out.id}")
