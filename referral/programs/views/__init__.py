"""Pages of programs."""

from referral.programs.views import authorizations, deciding, enrollments
from referral.programs.views.blueprint import pages

__all__ = ["authorizations", "deciding", "enrollments", "pages"]
