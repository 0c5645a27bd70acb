"""Step 11: services that exclude or need each other, and milestones that are not reached."""

from collections.abc import Iterator

from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview
from referral.billing.rules.terms import RuleKind, ServiceRule
from referral.programs.rules import month_of


def exclusion(review: LineReview) -> Iterator[Reason]:
    """Find a service, paid in the month to anybody, that excludes this one."""
    if any(_paid_in_month(review, rule) for rule in _rules(review, RuleKind.NOT_WITH_SAME_MONTH)):
        yield Reason(ReasonCode.EXCLUSIVE_WITH)


def prerequisite(review: LineReview) -> Iterator[Reason]:
    """Find a companion service that the same organization should have been paid for in the month."""
    organization = review.claim.organization
    for rule in _rules(review, RuleKind.REQUIRES_SAME_MONTH_SAME_HSO):
        if not _paid_in_month(review, rule, organization):
            yield Reason(ReasonCode.PREREQUISITE_MISSING)
            return


def milestone_reached(review: LineReview) -> Iterator[Reason]:
    """Find a milestone above the known attendance; unknown attendance is no verdict."""
    goal = review.row.milestone if review.row is not None else None
    attended = review.terms.member.attendance.get(goal.phase) if goal is not None else None
    if goal is not None and attended is not None and attended < goal.classes:
        yield Reason(ReasonCode.MILESTONE_NOT_REACHED)


def _rules(review: LineReview, kind: RuleKind) -> Iterator[ServiceRule]:
    for rule in review.terms.service_rules:
        if (rule.service, rule.kind) == (review.line.service, kind):
            yield rule


def _paid_in_month(review: LineReview, rule: ServiceRule, organization: str | None = None) -> bool:
    month = month_of(review.line.served_on)
    return any(
        paid.service in rule.services and paid.served_on in month and organization in (None, paid.organization)
        for paid in review.paid_before()
        if paid.paid > 0
    )
