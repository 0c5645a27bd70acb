"""What we remember about programs: their rules as data, who is enrolled, and what a plan approved."""

from referral.programs.models.authorizations import AuthorizationChange, ServiceAuthorization
from referral.programs.models.enrollments import Enrollment
from referral.programs.models.programs import Budget, ContractService, Program, ProgramService

__all__ = [
    "AuthorizationChange",
    "Budget",
    "ContractService",
    "Enrollment",
    "Program",
    "ProgramService",
    "ServiceAuthorization",
]
