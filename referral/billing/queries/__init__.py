"""Questions about money."""

from referral.billing.queries.billed_people import billed_people
from referral.billing.queries.contracts import ContractShown, contract, contracts, contracts_of, coverings, given
from referral.billing.queries.deliveries import (
    authorizations_to_deliver,
    count_unbilled,
    deliveries_of,
    hidden_among,
    minutes_of_day,
    unbilled,
)
from referral.billing.queries.fees import billed_until, current_schedule, fee_rows
from referral.billing.queries.invoices import (
    changes_of,
    counts,
    hidden_on,
    invoices,
    is_mine,
    line_of_delivery,
    lines_of,
    lines_of_others,
    lines_shown,
    lines_with_people,
    payments_of,
    people_on,
    visible,
    waiting,
)
from referral.billing.queries.remittances import RemittanceLine, is_of, payment, remittance
from referral.billing.queries.rows import file_of_lines, file_of_remittance
from referral.billing.queries.terms import terms_of_people

__all__ = [
    "ContractShown",
    "RemittanceLine",
    "authorizations_to_deliver",
    "billed_people",
    "billed_until",
    "changes_of",
    "contract",
    "contracts",
    "contracts_of",
    "count_unbilled",
    "counts",
    "coverings",
    "current_schedule",
    "deliveries_of",
    "fee_rows",
    "file_of_lines",
    "file_of_remittance",
    "given",
    "hidden_among",
    "hidden_on",
    "invoices",
    "is_mine",
    "is_of",
    "line_of_delivery",
    "lines_of",
    "lines_of_others",
    "lines_shown",
    "lines_with_people",
    "minutes_of_day",
    "payment",
    "payments_of",
    "people_on",
    "remittance",
    "terms_of_people",
    "unbilled",
    "visible",
    "waiting",
]
