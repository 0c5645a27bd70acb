"""What an organization may charge for a line: the schedule's price, or what it spent."""

from dataclasses import replace
from decimal import Decimal

from referral.billing.rules.claims import Claim, ClaimLine
from referral.billing.rules.money import ZERO, to_cents
from referral.billing.rules.pricing import price_of, priceable_units
from referral.billing.rules.review import review
from referral.billing.rules.terms import Terms


def with_charge(claim: Claim, line: ClaimLine, terms: Terms, *, cost: Decimal | None) -> ClaimLine:
    """Return the line with its charge in dollars: the price of its units, else its cost, else nothing."""
    found = review(claim, line, terms, ())
    price = price_of(found, priceable_units(found, line.units))
    charge = price if price is not None else to_cents(cost if cost is not None else ZERO)
    return replace(line, billed=charge)
