"""What people do with programs: load them, propose and decide enrollments, request and decide authorizations."""

from referral.programs.service.authorizations import (
    cancel,
    confirm,
    open_authorization,
    request_authorization,
)
from referral.programs.service.clock import expire_due, withdraw_with_consent
from referral.programs.service.decisions import approve, ask_for_information, deny, take_up
from referral.programs.service.enrollments import (
    confirm_enrollment,
    end_enrollment,
    propose_enrollment,
    refuse_enrollment,
    withdraw_enrollment,
)
from referral.programs.service.grounds import Asked, Grounds, grounds_of, grounds_of_authorization
from referral.programs.service.loading import cover_services, load_program, set_budget, uncover_services
from referral.programs.service.together import approve_each

__all__ = [
    "Asked",
    "Grounds",
    "approve",
    "approve_each",
    "ask_for_information",
    "cancel",
    "confirm",
    "confirm_enrollment",
    "cover_services",
    "deny",
    "end_enrollment",
    "expire_due",
    "grounds_of",
    "grounds_of_authorization",
    "load_program",
    "open_authorization",
    "propose_enrollment",
    "refuse_enrollment",
    "request_authorization",
    "set_budget",
    "take_up",
    "uncover_services",
    "withdraw_enrollment",
    "withdraw_with_consent",
]
