"""JSON: prices, deliveries, invoices, payments; the same verbs as the pages."""

from referral.billing.api import deliveries, fees, invoices
from referral.billing.api.blueprint import api

__all__ = ["api", "deliveries", "fees", "invoices"]
