"""Pages of billing."""

from referral.billing.views import contracts, deciding, deliveries, exports, fees, invoices, remittances
from referral.billing.views.blueprint import pages

__all__ = ["contracts", "deciding", "deliveries", "exports", "fees", "invoices", "pages", "remittances"]
