"""What a consent must bring before it is recorded: the right way, its proof, its recipient, and who may give it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.foundation.refusals import Refused
from referral.organizations.models import Organization
from referral.people import queries
from referral.people.models import Person
from referral.people.rules import TERMS, ConsentMethod, ConsentScope, GivenBy, NeedDomain, SensitivityLevel, may_record
from referral.people.rules.minors import MinorTopic, refusal_of_giver


def check_way(scope: ConsentScope, method: ConsentMethod, level: SensitivityLevel) -> None:
    """Raise Refused when the scope cannot be given in this way or for this level."""
    terms = TERMS[scope]
    if may_record(scope, method, level):
        return
    if level not in terms.levels:
        raise Refused(f"“{terms.title}” cannot cover information of this sensitivity.")
    raise Refused(f"“{terms.title}” needs a signature: on paper, or by a link to the person's phone.")


def check_proof(
    method: ConsentMethod,
    given_by: GivenBy,
    proxy_name: str | None,
    witness: str | None,
    paper_reference: str | None,
    signature: str | None,
) -> None:
    """Raise Refused, in a plain sentence, when what proves the consent is missing."""
    if given_by is not GivenBy.SELF and not proxy_name:
        raise Refused("Write the name of whoever agreed for the person.")
    missing = {
        ConsentMethod.VERBAL: (witness, "Write who listened in, or where the recording is kept."),
        ConsentMethod.WRITTEN: (paper_reference, "Write where the signed paper is kept."),
        ConsentMethod.ELECTRONIC: (signature, "The person has to sign with their name."),
    }
    proof, sentence = missing[method]
    if not proof:
        raise Refused(sentence)


def check_recipient(scope: ConsentScope, recipient: UUID | None, domains: Collection[NeedDomain]) -> None:
    """Raise Refused when the scope needs a named organization, or kinds of need, that are missing."""
    terms = TERMS[scope]
    names_network = scope is ConsentScope.INTAKE_STORE
    if terms.is_recipient_named and not names_network and recipient is None:
        raise Refused(f"“{terms.title}” needs the name of the organization it is for.")
    if terms.has_domains and not domains:
        raise Refused("Choose what kinds of need the referral may name.")


def check_named(session: Session, scope: ConsentScope, recipient: UUID | None) -> None:
    """Raise Refused when a release of safety information names anybody but a victim service."""
    if scope is not ConsentScope.IPV_RELEASE or recipient is None:
        return
    organization = session.get(Organization, recipient)
    if organization is None or not organization.is_victim_service:
        raise Refused("Safety information is released only to an organization that serves survivors.")


def check_giver(
    session: Session,
    person: Person,
    given_by: GivenBy,
    *,
    scope: ConsentScope,
    domains: Collection[NeedDomain],
    topic: MinorTopic | None,
    at: datetime,
) -> None:
    """Raise Refused when this giver cannot agree for the person, at their age and in their state."""
    state, zone = queries.state_and_zone(session, person)
    told = refusal_of_giver(
        given_by,
        birth_on=person.birth_on,
        state=state,
        at=at,
        zone=zone,
        scope=scope,
        domains=domains,
        topic=topic,
    )
    if told:
        raise Refused(told)
