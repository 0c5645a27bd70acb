"""Invoice lines as rows of a file that adds up: what is closed to its reader stands below each invoice as a sum."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    case,
    column,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from referral.billing.models import Invoice, InvoiceLine, Payment
from referral.billing.queries.invoices import is_mine, is_shown, sensitive_persons
from referral.billing.queries.remittances import is_of, paid_by, taken_back_of
from referral.billing.rules import LineState
from referral.foundation.principal import Principal
from referral.organizations.models import Organization
from referral.people.files import PeopleRows
from referral.people.rules import SensitivityLevel
from referral.people.rules.part2 import NEUTRAL_SERVICE

NOT_SHARED = "Not shared with you"

Cell = SQLColumnExpression[Any]
Rows = Select[*tuple[Any, ...]]

_delivering, _plan = aliased(Organization), aliased(Organization)
_is_sensitive = InvoiceLine.level == SensitivityLevel.L2
_WHOSE = (
    Invoice.number.label("invoice"),
    InvoiceLine.number.label("line"),
    _delivering.name.label("organization"),
    _plan.name.label("plan"),
)
_WHAT = (
    case((_is_sensitive, NEUTRAL_SERVICE), else_=InvoiceLine.service_code).label("service_code"),
    case((_is_sensitive, None), else_=InvoiceLine.variant).label("variant"),
    InvoiceLine.served_on,
    InvoiceLine.units,
    InvoiceLine.billed,
)


def file_of_lines(*, by: Principal) -> PeopleRows:
    """Return what stands in the asker's file of invoice lines."""
    line = InvoiceLine
    shown = _shown(by, *_WHOSE, *_WHAT, line.approved_amount, line.paid_amount, line.state, line.outcome)
    sums = {
        "billed": Invoice.billed_amount,
        "approved_amount": Invoice.approved_amount,
        "paid_amount": Invoice.paid_amount,
    }
    rows = _with_the_rest(shown, _of_invoices(by), sums, {})
    return PeopleRows(rows, sensitive_persons(by=by))


def file_of_remittance(payment_id: UUID, *, by: Principal) -> PeopleRows:
    """Return what stands in the asker's file of a payment."""
    line, of_payment = InvoiceLine, Payment.id == payment_id
    shown = _shown(
        by,
        Payment.reference,
        Payment.paid_on,
        *_WHOSE,
        *_WHAT,
        (line.billed - line.approved_amount).label("adjusted"),
        line.approved_amount,
        paid_by(payment_id).label("paid"),
        taken_back_of(payment_id).label("taken_back"),
        line.state,
        line.outcome,
        _codes().label("reasons"),
    )
    sums: dict[str, Cell] = {
        "billed": Invoice.billed_amount,
        "adjusted": Invoice.billed_amount - Invoice.approved_amount,
        "approved_amount": Invoice.approved_amount,
        "paid": Payment.amount,
    }
    told: dict[str, Cell] = {"reference": Payment.reference, "paid_on": Payment.paid_on}
    shown = shown.join(Payment, Payment.invoice_id == Invoice.id).where(of_payment)
    rest = _of_invoices(by).join(Payment, Payment.invoice_id == Invoice.id).where(of_payment)
    rows = _with_the_rest(shown, rest, sums, told)
    return PeopleRows(rows, sensitive_persons(by=by, within=is_of(payment_id)))


def _shown(by: Principal, *columns: Cell) -> Rows:
    return (
        select(Invoice.id.label("invoice_id"), *columns)
        .select_from(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .join(_delivering, _delivering.id == InvoiceLine.organization_id)
        .join(_plan, _plan.id == InvoiceLine.plan_id)
        .where(is_mine(by), is_shown(by), InvoiceLine.state != LineState.REMOVED)
    )


def _of_invoices(by: Principal) -> Rows:
    return (
        select()
        .select_from(Invoice)
        .join(_delivering, _delivering.id == Invoice.organization_id)
        .join(_plan, _plan.id == Invoice.plan_id)
        .where(is_mine(by))
    )


def _with_the_rest(shown: Rows, invoices: Rows, sums: Mapping[str, Cell], told: Mapping[str, Cell]) -> Rows:
    """Return the lines shown, and for each invoice what of its `sums` stands on lines that are not."""
    lines = shown.cte("shown")
    seen = select(lines.c.invoice_id, *(func.sum(lines.c[name]).label(name) for name in sums))
    part = seen.group_by(lines.c.invoice_id).subquery("part")
    left = {name: amount - func.coalesce(part.c[name], 0) for name, amount in sums.items()}
    known = {"invoice_id": Invoice.id, "invoice": Invoice.number, "service_code": literal(NOT_SHARED)}
    cells = {**known, "organization": _delivering.name, "plan": _plan.name, **told, **left}
    rest: Rows = (
        invoices.with_only_columns(*(cells.get(one.name, null()).label(one.name) for one in lines.c))
        .outerjoin(part, part.c.invoice_id == Invoice.id)
        .where(or_(*(amount != 0 for amount in left.values())))
    )
    both = union_all(select(lines), rest).subquery("both")
    columns = [one for one in both.c if one.name != "invoice_id"]
    return select(*columns).order_by(both.c.invoice_id, both.c.line.nulls_last())


def _codes() -> ScalarSelect[str]:
    """Return why a line is not paid as billed, as codes in one cell."""
    reason = func.jsonb_array_elements(InvoiceLine.reasons).table_valued(column("value")).alias("reason")
    code = reason.c.value.op("->>")("code")
    return select(func.string_agg(code, " ", type_=String())).where(code != "OK").select_from(reason).scalar_subquery()
