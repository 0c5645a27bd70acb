"""Pages of billing."""

from referral.billing.views import deciding, deliveries, fees, invoices
from referral.billing.views.blueprint import pages

__all__ = ["deciding", "deliveries", "fees", "invoices", "pages"]
