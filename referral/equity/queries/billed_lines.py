"""Invoice lines that were submitted, with what was asked and what was paid."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from referral.billing.models import FeeRow, Invoice, InvoiceLine
from referral.billing.rules import LineState
from referral.equity.queries.sent_referrals import county_of
from referral.organizations.models import Organization
from referral.people.models import Person
from referral.people.rules import SensitivityLevel
from referral.people.rules.part2 import NEUTRAL_SERVICE

Plan = aliased(Organization, name="plan")
NOT_YET_ASKED = (LineState.DRAFT, LineState.REMOVED)


def billed() -> Select[*tuple[Any, ...]]:
    """Return one row for each line of a submitted invoice, in the order of the columns of invoice_line_fact."""
    return (
        select(
            InvoiceLine.id,
            InvoiceLine.invoice_id,
            InvoiceLine.network_id,
            InvoiceLine.plan_id,
            Plan.name,
            InvoiceLine.network_lead_id,
            InvoiceLine.organization_id,
            Organization.name,
            _named(InvoiceLine.service_code),
            _named(func.coalesce(FeeRow.service_name, InvoiceLine.service_code)),
            county_of(InvoiceLine.person_id),
            InvoiceLine.served_on,
            InvoiceLine.state,
            InvoiceLine.billed,
            InvoiceLine.paid_amount,
        )
        .select_from(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .join(Person, Person.id == InvoiceLine.person_id)
        .join(Organization, Organization.id == InvoiceLine.organization_id)
        .join(Plan, Plan.id == InvoiceLine.plan_id)
        .outerjoin(FeeRow, FeeRow.id == InvoiceLine.fee_row_id)
        .where(Invoice.submitted_at.is_not(None), InvoiceLine.state.not_in(NOT_YET_ASKED))
        .where(InvoiceLine.level < SensitivityLevel.L3, Person.level < SensitivityLevel.L3)
    )


def _named(service: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Return the service, or the neutral word that stands on bills where the service would tell what is L2."""
    return case((InvoiceLine.level == SensitivityLevel.L2, NEUTRAL_SERVICE), else_=service)
