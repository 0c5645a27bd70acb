"""Pages: refer, the two work lists, one referral with its acts, and contradictions."""

from referral.referrals.views import acting, contradictions, exports, lists, referring
from referral.referrals.views.blueprint import pages

__all__ = ["acting", "contradictions", "exports", "lists", "pages", "referring"]
