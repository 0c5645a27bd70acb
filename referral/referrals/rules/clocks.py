"""How long the loop waits, in business days of the receiver."""

FIRST_RESPONSE_DAYS = 2
"""Within these a referral should be answered; later it is overdue, and expires only at the hard stop.

Source: `first_response_due` of the facts about the field.
"""
