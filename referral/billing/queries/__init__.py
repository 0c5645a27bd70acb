"""Questions about money."""

from referral.billing.queries.deliveries import deliveries_of, unbilled
from referral.billing.queries.fees import current_schedule, fee_rows
from referral.billing.queries.invoices import (
    changes_of,
    invoices,
    line_of_delivery,
    lines_for_export,
    lines_of,
    lines_with_people,
    payments_of,
    visible,
    waiting,
)
from referral.billing.queries.terms import terms_of_people

__all__ = [
    "changes_of",
    "current_schedule",
    "deliveries_of",
    "fee_rows",
    "invoices",
    "line_of_delivery",
    "lines_for_export",
    "lines_of",
    "lines_with_people",
    "payments_of",
    "terms_of_people",
    "unbilled",
    "visible",
    "waiting",
]
