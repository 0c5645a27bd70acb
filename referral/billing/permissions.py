"""Who may do what with prices, contracts, deliveries, invoices and payments."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class BillingPermission(StrEnum):
    """What a role may do; which records it reaches is decided row by row."""

    READ_FEES = "fee_schedule:read"
    CHANGE_FEES = "fee_schedule:change"
    READ_CONTRACTS = "contract:read"
    CHANGE_CONTRACTS = "contract:change"
    DELIVER = "delivery:create"
    READ_DELIVERIES = "delivery:read"
    READ_INVOICES = "invoice:read"
    READ_LINES = "invoice_line:read"
    READ_LINE_STATUS = "invoice_line:status"
    """Where a line of the network stands, without its amounts."""
    READ_CLIENTS_LINE_STATUS = "invoice_line:status_own_clients"
    """The same, of the people in one's own care."""
    READ_PAYMENTS = "payment:read"
    BILL = "invoice:create"
    REVIEW = "invoice:review"
    DECIDE = "invoice:decide"
    PAY = "payment:create"
    RETURN = "invoice:return"
    VOID = "invoice:void"
    DISPUTE = "invoice:dispute"
    EXPORT = "invoice:export"


_DELIVERERS = frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER})
_READERS = frozenset({Role.CBO_ADMIN, Role.CBO_BILLER, Role.NETWORK_LEAD, Role.PLAN_CARE_MGR, Role.PLAN_FINANCE})

GRANTS: Grants = {
    BillingPermission.READ_FEES: frozenset(Role) - {Role.SYSADMIN, Role.CLIENT_SELF},
    BillingPermission.CHANGE_FEES: frozenset({Role.NETWORK_LEAD, Role.PLAN_FINANCE}),
    BillingPermission.READ_CONTRACTS: _READERS | {Role.COORD_SUPERVISOR, Role.PLAN_ANALYST, Role.SYSADMIN},
    BillingPermission.CHANGE_CONTRACTS: frozenset({Role.NETWORK_LEAD}),
    BillingPermission.DELIVER: _DELIVERERS,
    BillingPermission.READ_DELIVERIES: _DELIVERERS,
    BillingPermission.READ_INVOICES: _READERS,
    BillingPermission.READ_LINES: _READERS | {Role.CBO_INTAKE},
    BillingPermission.READ_LINE_STATUS: frozenset({Role.COORD_SUPERVISOR}),
    BillingPermission.READ_CLIENTS_LINE_STATUS: frozenset({Role.NAVIGATOR}),
    BillingPermission.READ_PAYMENTS: _READERS - {Role.PLAN_CARE_MGR},
    BillingPermission.BILL: frozenset({Role.CBO_BILLER}),
    BillingPermission.REVIEW: frozenset({Role.NETWORK_LEAD}),
    BillingPermission.DECIDE: frozenset({Role.PLAN_FINANCE}),
    BillingPermission.PAY: frozenset({Role.PLAN_FINANCE}),
    BillingPermission.RETURN: frozenset({Role.NETWORK_LEAD, Role.PLAN_FINANCE}),
    BillingPermission.VOID: frozenset({Role.CBO_BILLER, Role.NETWORK_LEAD, Role.PLAN_FINANCE}),
    BillingPermission.DISPUTE: frozenset({Role.CBO_BILLER, Role.NETWORK_LEAD}),
    BillingPermission.EXPORT: frozenset({Role.CBO_ADMIN, Role.CBO_BILLER, Role.NETWORK_LEAD, Role.PLAN_FINANCE}),
}
