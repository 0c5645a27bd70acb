"""Small cells: no count of 1 to 10 is shown or can be derived (CMS cell size policy, resdac.org/node/1506).

`suppress` hides the small cells and the cheapest further ones that protect them, and audits its own result as
an adversary would, by linear programming. What fails the audit is never published.
"""

from referral.equity.rules.suppression.cells import PROTECTION, THRESHOLD, is_small
from referral.equity.rules.suppression.engine import suppress, suppress_list
from referral.equity.rules.suppression.published import Published, Unpublishable

__all__ = ["PROTECTION", "THRESHOLD", "Published", "Unpublishable", "is_small", "suppress", "suppress_list"]
