"""The rules of programs: eligibility, enrollment, service authorizations. Pure: time is an argument."""

from referral.programs.rules.alerts import Alert, step_alerts
from referral.programs.rules.allocations import RequestAnswer, RequestReason, answer_request
from referral.programs.rules.approvals import Approval, Balance
from referral.programs.rules.authorizations import (
    AUTHORIZATION_MOVES,
    OPEN_STATES,
    AuthorizationAction,
    AuthorizationState,
    Standing,
    is_exhausted,
    left,
    payable_window,
    standing,
)
from referral.programs.rules.definition import (
    Category,
    Criterion,
    LeadRegion,
    ProgramDefinition,
    RiskFactor,
    Setting,
    read_definition,
)
from referral.programs.rules.deliveries import NOT_COVERED, delivery_warnings, start_warning
from referral.programs.rules.denials import DenialReason
from referral.programs.rules.duties import is_separate, refuse_own_work, refuse_same_organization
from referral.programs.rules.eligibility import (
    NEXT_STEPS,
    CriterionAnswer,
    Eligibility,
    EligibilityFacts,
    Finding,
    applicable_categories,
    is_eligible,
)
from referral.programs.rules.enrollments import ENROLLMENT_MOVES, EnrollmentAction, EnrollmentState
from referral.programs.rules.facts import FactStatus, Verdict, all_of, any_of
from referral.programs.rules.moves import Machine, Move, Mover, MoveRefused, allowed_actions, next_state
from referral.programs.rules.regions import RegionBasis, RegionResult, check_county, check_region
from referral.programs.rules.windows import Window, add_months, month_of, year_from

__all__ = [
    "AUTHORIZATION_MOVES",
    "ENROLLMENT_MOVES",
    "NEXT_STEPS",
    "NOT_COVERED",
    "OPEN_STATES",
    "Alert",
    "Approval",
    "AuthorizationAction",
    "AuthorizationState",
    "Balance",
    "Category",
    "Criterion",
    "CriterionAnswer",
    "DenialReason",
    "Eligibility",
    "EligibilityFacts",
    "EnrollmentAction",
    "EnrollmentState",
    "FactStatus",
    "Finding",
    "LeadRegion",
    "Machine",
    "Move",
    "MoveRefused",
    "Mover",
    "ProgramDefinition",
    "RegionBasis",
    "RegionResult",
    "RequestAnswer",
    "RequestReason",
    "RiskFactor",
    "Setting",
    "Standing",
    "Verdict",
    "Window",
    "add_months",
    "all_of",
    "allowed_actions",
    "answer_request",
    "any_of",
    "applicable_categories",
    "check_county",
    "check_region",
    "delivery_warnings",
    "is_eligible",
    "is_exhausted",
    "is_separate",
    "left",
    "month_of",
    "next_state",
    "payable_window",
    "read_definition",
    "refuse_own_work",
    "refuse_same_organization",
    "standing",
    "start_warning",
    "step_alerts",
    "year_from",
]
