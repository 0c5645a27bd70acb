"""What the reasons say to people who deliver: what is wrong, and what to do about it."""

from referral.billing.rules.reasons import ReasonCode

SENTENCES: dict[ReasonCode, str] = {
    ReasonCode.COVERAGE_NOT_STARTED: "The person had no coverage yet on this day.",
    ReasonCode.COVERAGE_TERMINATED: "The person's coverage had ended on this day.",
    ReasonCode.NOT_THIS_PAYER: "Another plan covered the person on this day: bill that plan.",
    ReasonCode.NOT_IN_REGION: "The person lived outside the program's counties on this day.",
    ReasonCode.CONSENT_ENDED: "The person's consent to take part was not in force on this day.",
    ReasonCode.NOT_CONTRACTED: "Your organization has no contract for this service: ask the network lead.",
    ReasonCode.CONTRACT_NOT_EFFECTIVE: "Your contract was not in force on this day: ask the network lead.",
    ReasonCode.NO_FEE_ROW: "The fee schedule has no price for this service on this day.",
    ReasonCode.NO_AUTHORIZATION: "There is no approved service authorization.",
    ReasonCode.SERVICE_NOT_AUTHORIZED: "The service authorization is for another service.",
    ReasonCode.AUTH_WINDOW: "The date lies outside the service authorization.",
    ReasonCode.NO_SERVICE_EVIDENCE: "No contact, delivery or attendance is on record.",
    ReasonCode.DOCUMENT_MISSING: "A receipt or another document is missing.",
    ReasonCode.FUTURE_DATE: "The service lies in the future.",
    ReasonCode.TIMELY_FILING: "The filing limit has passed.",
    ReasonCode.DUPLICATE: "This delivery was billed before.",
    ReasonCode.SUSPECT_DUPLICATE: "A similar delivery on this day was paid before: the plan will look at it.",
    ReasonCode.OVERLAP: "Some of these nights were paid before.",
    ReasonCode.PMPM_MONTH_USED: "This month was already paid for the person.",
    ReasonCode.MILESTONE_ALREADY_PAID: "This milestone was paid before.",
    ReasonCode.LIFETIME_ONCE: "This service is paid once in a lifetime and was paid before.",
    ReasonCode.EXCLUSIVE_WITH: "Another service of this month excludes this one.",
    ReasonCode.PREREQUISITE_MISSING: "This service needs another service of yours in the same month.",
    ReasonCode.MILESTONE_NOT_REACHED: "The attendance is below the milestone.",
    ReasonCode.BELOW_MINIMUM_TIME: "There are not enough minutes for a unit.",
    ReasonCode.UNITS_EXCEED_TIME: "The recorded time earns fewer units.",
    ReasonCode.OVER_DAILY_LIMIT: "There are more units than the program pays a day.",
    ReasonCode.OVER_FEE: "It is billed above the fee schedule.",
    ReasonCode.CAP_REACHED: "It is above what is left of the cap.",
    ReasonCode.AUTH_UNITS_EXCEEDED: "There are more units than are left of the service authorization.",
    ReasonCode.AUTH_AMOUNT_EXCEEDED: "It is more money than is left of the service authorization.",
    ReasonCode.REVERSAL: "Taken back.",
    ReasonCode.OK: "Paid as billed.",
}

# Reductions of these kinds are mistakes that the organization can still correct.
_REFUSED_REDUCTIONS = frozenset({ReasonCode.AUTH_UNITS_EXCEEDED, ReasonCode.AUTH_AMOUNT_EXCEEDED})


def is_refused_before_submission(code: ReasonCode) -> bool:
    """Whether a line with this reason must be put right before it is sent; a suspect one goes to a person instead."""
    if code in {ReasonCode.OK, ReasonCode.SUSPECT_DUPLICATE}:
        return False
    return code in _REFUSED_REDUCTIONS or not code.is_reduction
