"""Questions about invoices and their lines. Row-level security is the second wall behind every filter."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SmallInteger, Text, cast, func, literal, not_, or_, select, true
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from referral.billing.models import Invoice, InvoiceChange, InvoiceLine, Payment
from referral.billing.permissions import BillingPermission
from referral.billing.rules import InvoiceState, LineState
from referral.foundation.principal import Face, Principal, PrincipalKind
from referral.people.models import Person
from referral.people.rules import GrantScope, SensitivityLevel

# What the organization still writes at is nobody else's business.
_UNSENT = (InvoiceState.DRAFT,)


def is_mine(by: Principal) -> ColumnElement[bool]:
    """Return the filter of the invoices an asker takes part in; lead and plan see what was sent to them."""
    if by.kind is PrincipalKind.SYSTEM:
        return true()
    if by.face is Face.PLAN:
        passed_lead = or_(Invoice.lead_decided_at.is_not(None), Invoice.decided_at.is_not(None))
        return (Invoice.plan_id == by.organization_id) & passed_lead & Invoice.state.not_in(_UNSENT)
    if by.face is Face.NETWORK:
        was_sent = Invoice.submitted_at.is_not(None) & Invoice.state.not_in(_UNSENT)
        return (Invoice.network_lead_id == by.organization_id) & was_sent
    return Invoice.organization_id == by.organization_id


def is_shown(by: Principal) -> ColumnElement[bool]:
    """Return the filter of the lines an asker may read.

    Of who asked not to be found, only in one's own books; a plan, of what is sensitive, only what a signature opens.
    """
    is_own = InvoiceLine.organization_id == by.organization_id
    is_found = not_(func.is_hidden_from_asker(InvoiceLine.person_id))
    is_open = or_(is_own, is_found) if by.keeps_books or by.is_l3_cleared else is_found
    return is_open & _is_signed_for() if by.face is Face.PLAN else is_open


def _is_signed_for() -> ColumnElement[bool]:
    level = cast(SensitivityLevel.L2.value, SmallInteger)
    opened = func.has_grant(InvoiceLine.person_id, array([GrantScope.PART2.value]), level)
    return or_(InvoiceLine.level != SensitivityLevel.L2, opened)


def visible(session: Session, invoice_id: UUID, *, by: Principal) -> Invoice | None:
    """Return an invoice the asker takes part in."""
    return session.scalars(select(Invoice).where(Invoice.id == invoice_id, is_mine(by))).one_or_none()


def invoices(
    session: Session,
    *,
    by: Principal,
    states: Collection[InvoiceState] = (),
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Invoice]:
    """Return the asker's invoices, the latest first, by keyset."""
    query = select(Invoice).where(is_mine(by)).order_by(Invoice.id.desc()).limit(limit)
    if states:
        query = query.where(Invoice.state.in_(states))
    if after is not None:
        query = query.where(Invoice.id < after)
    return session.scalars(query).all()


def counts(session: Session, *, by: Principal) -> dict[InvoiceState, int]:
    """Return how many of the asker's invoices stand in each state; a state without one is left out."""
    query = select(Invoice.state, func.count()).where(is_mine(by)).group_by(Invoice.state)
    return dict(session.execute(query).all())


def waiting(session: Session, *, by: Principal, state: InvoiceState) -> int:
    """Return how many of the asker's invoices stand in a state: the work waiting."""
    query = select(func.count()).select_from(Invoice).where(is_mine(by), Invoice.state == state)
    return session.scalar(query) or 0


def lines_of(session: Session, invoice_id: UUID, *, lock: bool = False) -> Sequence[InvoiceLine]:
    """Return the live lines of an invoice, in order."""
    query = (
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id == invoice_id, InvoiceLine.state != LineState.REMOVED)
        .order_by(InvoiceLine.number)
    )
    return session.scalars(query.with_for_update() if lock else query).all()


def lines_shown(session: Session, invoice_id: UUID, *, by: Principal) -> list[tuple[InvoiceLine, bool]]:
    """Return the live lines that the asker may read, and whether they say of nobody whom they are about."""
    query = (
        select(InvoiceLine, func.is_hidden_from_asker(InvoiceLine.person_id))
        .where(InvoiceLine.invoice_id == invoice_id, InvoiceLine.state != LineState.REMOVED, is_shown(by))
        .order_by(InvoiceLine.number)
    )
    return [(line, is_code_only) for line, is_code_only in session.execute(query)]


def hidden_on(session: Session, invoice_id: UUID) -> set[UUID]:
    """Return who on an invoice asked not to be found: of them nothing is told to who leads or pays."""
    query = select(InvoiceLine.person_id).where(InvoiceLine.invoice_id == invoice_id)
    return set(session.scalars(query.where(func.is_hidden(InvoiceLine.person_id))))


def people_on(session: Session, invoice_ids: Collection[UUID]) -> list[UUID]:
    """Return whom the live lines of these invoices are about, in the order in which they are locked."""
    query = select(InvoiceLine.person_id).where(InvoiceLine.invoice_id.in_(invoice_ids))
    return sorted(session.scalars(query.where(InvoiceLine.state != LineState.REMOVED).distinct()))


def lines_with_people(session: Session, invoice_id: UUID, *, by: Principal) -> list[tuple[InvoiceLine, Person | None]]:
    """Return all lines that the asker may read, removed ones too, with the person where they may see them."""
    query = (
        select(InvoiceLine, Person)
        .outerjoin(Person, Person.id == InvoiceLine.person_id)
        .where(InvoiceLine.invoice_id == invoice_id, is_shown(by))
        .order_by(InvoiceLine.number)
    )
    return [(row, person) for row, person in session.execute(query)]


def line_of_delivery(session: Session, delivery_id: UUID) -> InvoiceLine | None:
    """Return the latest invoice line a delivery stands on: the thread from delivery to dollar."""
    query = select(InvoiceLine).where(InvoiceLine.delivery_id == delivery_id).order_by(InvoiceLine.id.desc())
    return session.scalars(query).first()


def changes_of(session: Session, invoice_id: UUID) -> Sequence[InvoiceChange]:
    """Return what was done with an invoice, in order."""
    query = select(InvoiceChange).where(InvoiceChange.invoice_id == invoice_id)
    return session.scalars(query.order_by(InvoiceChange.id)).all()


def payments_of(session: Session, invoice_id: UUID, *, by: Principal) -> Sequence[Payment]:
    """Return the payments on an invoice, in order; none to whoever reads what was approved and not what was paid."""
    if not by.can(BillingPermission.READ_PAYMENTS):
        return ()
    return session.scalars(select(Payment).where(Payment.invoice_id == invoice_id).order_by(Payment.id)).all()


def sensitive_persons(*, by: Principal, within: ColumnElement[bool] | None = None) -> Select[UUID]:
    """Return of whom the asker's invoice lines, `within` some of them, hold something of L2."""
    query = select(InvoiceLine.person_id).join(Invoice, Invoice.id == InvoiceLine.invoice_id)
    kept = query.where(is_mine(by), is_shown(by), InvoiceLine.state != LineState.REMOVED, _all_or(within))
    return kept.where(InvoiceLine.level == SensitivityLevel.L2).distinct()


def lines_of_others(*, by: Principal, within: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Return the rows of the asker's file that others wrote: person, network, kind and id of the row, and level."""
    kind: ColumnElement[str] = literal("invoice_line", Text())
    level = InvoiceLine.level.label("level")
    return (
        select(InvoiceLine.person_id, InvoiceLine.network_id, kind.label("kind"), InvoiceLine.id, level)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(is_mine(by), is_shown(by), InvoiceLine.state != LineState.REMOVED)
        .where(InvoiceLine.organization_id != by.organization_id, _all_or(within))
    )


def _all_or(within: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return true() if within is None else within
