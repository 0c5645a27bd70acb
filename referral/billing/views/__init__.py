"""Pages of billing."""

from referral.billing.views import deciding, deliveries, exports, fees, invoices
from referral.billing.views.blueprint import pages

__all__ = ["deciding", "deliveries", "exports", "fees", "invoices", "pages"]
