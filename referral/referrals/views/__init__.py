"""Pages: refer, the two work lists, one referral with its acts, and contradictions."""

from referral.referrals.views import acting, contradictions, lists, referring
from referral.referrals.views.blueprint import pages

__all__ = ["acting", "contradictions", "lists", "pages", "referring"]
