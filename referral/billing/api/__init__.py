"""JSON: prices, contracts, deliveries, invoices, payments; the same verbs as the pages."""

from referral.billing.api import contracts, deliveries, fees, invoices, remittances
from referral.billing.api.blueprint import api

__all__ = ["api", "contracts", "deliveries", "fees", "invoices", "remittances"]
