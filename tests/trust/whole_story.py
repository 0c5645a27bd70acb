"""One person's story from the first answer to the dollar and the complaint, its doors, and strangers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Map, Rule

from referral.accounts import service as accounts
from referral.accounts.models import IdentityProvider, Membership
from referral.billing import service as billing
from referral.billing.models import Delivery, InvoiceLine, Payment
from referral.desk.queries.threads import FINDERS
from referral.directory import service as directory
from referral.directory.rules.reports import WrongPart
from referral.foundation.database import become
from referral.foundation.principal import Principal
from referral.organizations.models import Contract
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import BreakGlass, Consent, Coverage
from referral.people.rules import AnswerSource, AnswerState, ConsentScope, DemographicKind
from referral.people.rules.requests import RequestKind
from referral.referrals import service as referrals
from referral.referrals.models import Contradiction, OutcomeEvidence, Referral
from referral.referrals.rules import Action, ContactResult, ContactWay, HeardBy, PersonAnswer
from referral.retention.models import Erasure, RetentionHold
from referral.retention.rules import HoldKind
from referral.screening.models import NeedAnswer
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, SEED, World, make_world
from tests.factories.messaging import PHONE, ask, write
from tests.factories.people import a_consent
from tests.factories.screening import a_screening, answer_all

CBO = (Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER)
PLAN = (Role.PLAN_CARE_MGR, Role.PLAN_FINANCE, Role.PLAN_ANALYST)
CENTER = (Role.NAVIGATOR, Role.COORD_SUPERVISOR)
Ids = dict[str, UUID]


@dataclass(frozen=True)
class Story:
    """What happened, and the ids that a stranger might get hold of, by the name that addresses give them."""

    loop: PaidLoop
    ids: Ids
    thread: Ids
    """The records a thread may begin at, by kind."""

    def insiders(self) -> dict[str, Membership]:
        """Hire people who take part in the story, in every role of their organization."""
        world = self.loop.world
        return {
            "center": world.staff(world.center, *CENTER, name="Insider center"),
            "cbo": world.staff(world.pantry, *CBO, name="Insider cbo"),
            "lead": world.staff(world.lead, Role.NETWORK_LEAD, name="Insider lead"),
            "plan": world.staff(world.plan, *PLAN, name="Insider plan"),
            "system": world.staff(world.center, Role.SYSADMIN, name="Insider system"),
        }


def strangers(world: World) -> dict[str, Membership]:
    """Hire people of the same kinds who have no part in it: beside it in the network, and in another network."""
    other = make_world(world.session, "Other Network")
    return {
        "another CBO": world.staff(world.shelter, *CBO, name="Stranger cbo"),
        "another plan": world.staff(world.other_plan, *PLAN, name="Stranger plan"),
        "another lead": world.staff(world.other_lead, Role.NETWORK_LEAD, name="Stranger lead"),
        "a navigator elsewhere": other.staff(other.center, *CENTER, name="Stranger center"),
        "a CBO elsewhere": other.staff(other.pantry, *CBO, name="Stranger cbo elsewhere"),
        "a plan elsewhere": other.staff(other.plan, *PLAN, name="Stranger plan elsewhere"),
    }


def tell(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Story:
    """Let it happen through the same verbs as everybody's."""
    loop = PaidLoop(session, world, principal_of)
    person = loop.person
    people.add_phone(session, person, PHONE, by=loop.navigator, at=NOW).confirmed_at = NOW
    a_consent(session, person, loop.navigator, scope=ConsentScope.MESSAGE_SMS)
    people.share_own_page(session, person, base_url="https://example.org", by=loop.navigator, at=NOW)
    declined: dict[str, Any] = {"state": AnswerState.DECLINED, "source": AnswerSource.SELF_REPORTED}
    people.note_demographic(session, person, DemographicKind.RACE_ETHNICITY, **declined, by=loop.navigator, at=NOW)
    screening = a_screening(session, person, loop.navigator)
    (loop.need, *_) = answer_all(session, screening, loop.navigator, q1="yes")
    referral, authorization = loop.authorized()
    invoice = loop.with_the_plan(referral)
    called: dict[str, Any] = {"way": ContactWay.PHONE, "result": ContactResult.REACHED}
    referrals.log_contact(session, referral, **called, by=loop.intake, at=NOW)
    for by in (loop.navigator, loop.intake):
        referrals.comment(session, referral, note="Please ring twice", by=by, at=NOW)
    loop.do(referral, Action.START)
    loop.do(referral, Action.SERVE, reason_code="service_delivered")
    billing.decide(session, invoice, by=loop.finance, at=NOW)
    owed: dict[str, Any] = {"amount": invoice.approved_amount, "paid_on": NOW.date(), "reference": "check 1"}
    billing.record_payment(session, invoice, **owed, by=loop.finance, at=NOW)
    answer = PersonAnswer.NOT_HELPED
    referrals.person_answered(session, referral, answer, heard_by=HeardBy.PHONE, by=loop.navigator, at=NOW)
    glass = _break_glass(session, loop)
    message = write(session, world, person_id=person.id)
    ask(session, world, person_id=person.id)
    wrong: dict[str, Any] = {"part": WrongPart.PHONE, "note": "It rings and rings"}
    reported = directory.report_listing(session, loop.food_box.id, **wrong, by=loop.navigator, at=NOW)
    signed_in = accounts.open_session(session, loop.staff["intake"], at=NOW)
    held = RetentionHold(person_id=uuid4(), network_id=world.network.id, kind=HoldKind.LEGAL, reason="?", starts_at=NOW)
    session.add(held)
    supervisor = principal_of(loop.staff["supervisor"])
    file = referrals.ask_for_rows(session, reason="The yearly report", by=supervisor, at=NOW)
    asked = people.ask(session, person, kind=RequestKind.CALL, words="Please call", by=loop.navigator, at=NOW)
    wish = Erasure(person_id=uuid4(), network_id=world.network.id, number="P-?", asked_at=NOW, due_on=NOW.date())
    login: dict[str, Any] = {"issuer": "https://login.example.org", "client_id": "us", "client_secret": "?"}
    session.add_all([wish, IdentityProvider(organization_id=world.pantry.id, slug="pantry", **login, created_at=NOW)])
    session.commit()

    def first(column: Any) -> UUID:
        return UUID(str(session.scalars(select(column)).first()))

    ids = {
        "person_id": person.id,
        "need_id": loop.need.id,
        "screening_id": screening.id,
        "consent_id": first(Consent.id),
        "coverage_id": first(Coverage.id),
        "referral_id": referral.id,
        "contradiction_id": first(Contradiction.id),
        "enrollment_id": authorization.enrollment_id,
        "authorization_id": authorization.id,
        "delivery_id": first(Delivery.id),
        "contract_id": first(Contract.id),
        "invoice_id": invoice.id,
        "line_id": first(InvoiceLine.id),
        "payment_id": first(Payment.id),
        "export_id": file.id,
        "message_id": message.id,
        "glass_id": glass.id,
        "service_at_location_id": loop.food_box.id,
        "instrument_id": screening.instrument_id,
        "membership_id": loop.staff["intake"].id,
        "organization_id": world.pantry.id,
        "hold_id": held.id,
        "report_id": reported.id,
        "request_id": asked.id,
        "erasure_id": wish.id,
        "session_id": signed_in.sign_in.id,
    }
    thread = {
        "answer": first(NeedAnswer.answer_id),
        "need": ids["need_id"],
        "consent": first(Referral.consent_id),
        "referral": ids["referral_id"],
        "authorization": ids["authorization_id"],
        "delivery": ids["delivery_id"],
        "line": ids["line_id"],
        "payment": first(Payment.id),
        "evidence": first(OutcomeEvidence.id),
    }
    assert thread.keys() == FINDERS.keys()
    return Story(loop, ids, thread)


def _break_glass(session: Session, loop: PaidLoop) -> BreakGlass:
    """Let the pantry open its client's record in an emergency."""
    person = loop.person
    told: dict[str, Any] = {"given_name": person.given_name, "family_name": person.family_name, "reason": "Danger"}
    become(session, loop.intake)
    glass = people.break_glass(
        session, **told, birth_on=person.birth_on, base_url="https://example.org", by=loop.intake, at=NOW
    )
    become(session, SEED)
    return glass


@dataclass(frozen=True)
class Door:
    """An address that takes an id of somebody's record, called with the real one and with one that never was."""

    endpoint: str
    names: frozenset[str]
    """What its ids are called."""
    method: str
    real: str
    random: str


def doors(addresses: Map, story: Story) -> Iterator[Door]:
    """Return every door of the program that takes a uuid, in every method; a new one is swept by itself."""
    bound = addresses.bind("localhost")
    for rule in addresses.iter_rules():
        kinds = {name: type(converter).__name__ for name, converter in rule._converters.items()}
        if "UUIDConverter" not in kinds.values():
            continue
        for values in _values(rule, kinds, story):
            wrong = {name: uuid4() if kinds[name] == "UUIDConverter" else value for name, value in values.items()}
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                real = bound.build(rule.endpoint, values, method=method)
                random = bound.build(rule.endpoint, wrong, method=method)
                yield Door(rule.endpoint, frozenset(rule.arguments), method, real, random)


def _values(rule: Rule, kinds: dict[str, str], story: Story) -> Iterator[dict[str, Any]]:
    if "kind" in rule.arguments:
        (name,) = rule.arguments - {"kind"}
        yield from ({"kind": kind, name: id_} for kind, id_ in story.thread.items())
        return
    words = {"link_id": "1", "token": "no-such-token"}
    values: dict[str, Any] = {}
    for name in rule.arguments:
        choices = getattr(rule._converters[name], "items", None)
        values[name] = min(choices) if choices else story.ids[name] if "UUID" in kinds[name] else words[name]
    yield values
