"""Pages of screening: the questions, what they found, and the needs."""

from referral.screening.views import asking, needs, urgency
from referral.screening.views.blueprint import pages

__all__ = ["asking", "needs", "pages", "urgency"]
