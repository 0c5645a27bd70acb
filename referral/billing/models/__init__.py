"""What we remember about money: prices, deliveries, invoices, payments, and the ledger that is never edited."""

from referral.billing.models.deliveries import Delivery
from referral.billing.models.invoices import Invoice, InvoiceChange, InvoiceLine
from referral.billing.models.payments import LedgerEntry, Payment
from referral.billing.models.schedules import FeeRow, FeeSchedule

__all__ = [
    "Delivery",
    "FeeRow",
    "FeeSchedule",
    "Invoice",
    "InvoiceChange",
    "InvoiceLine",
    "LedgerEntry",
    "Payment",
]
