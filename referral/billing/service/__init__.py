"""What people do about money: record deliveries, bill, review, decide, pay, take back."""

from referral.billing.service.checking import CheckedDelivery, check_deliveries
from referral.billing.service.contracts import change_contract, make_contract
from referral.billing.service.decisions import decide, preview
from referral.billing.service.deliveries import record_delivery, void_delivery
from referral.billing.service.disclosing import export_lines, export_remittance
from referral.billing.service.grounds import grounds_of_lines
from referral.billing.service.invoices import (
    approve_by_lead,
    dispute,
    draft_invoice,
    open_invoice,
    remove_line,
    return_invoice,
    submit,
)
from referral.billing.service.payments import record_payment
from referral.billing.service.prices import PriceChange, bring_in_prices, preview_prices
from referral.billing.service.remittances import Remittance, open_remittance
from referral.billing.service.reversals import void
from referral.billing.service.schedules import load_fee_schedule
from referral.billing.service.together import accept_each, approve_each_by_lead

__all__ = [
    "CheckedDelivery",
    "PriceChange",
    "Remittance",
    "accept_each",
    "approve_by_lead",
    "approve_each_by_lead",
    "bring_in_prices",
    "change_contract",
    "check_deliveries",
    "decide",
    "dispute",
    "draft_invoice",
    "export_lines",
    "export_remittance",
    "grounds_of_lines",
    "load_fee_schedule",
    "make_contract",
    "open_invoice",
    "open_remittance",
    "preview",
    "preview_prices",
    "record_delivery",
    "record_payment",
    "remove_line",
    "return_invoice",
    "submit",
    "void",
    "void_delivery",
]
