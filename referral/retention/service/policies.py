"""Change how long a class is kept: one proposes, another confirms."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused, check_second_person
from referral.retention import queries
from referral.retention.models import RetentionPolicy
from referral.retention.rules import MOST, RUNNING, WORDS, RetentionClass


def propose(session: Session, kind: RetentionClass, *, amount: int, by: Principal, at: datetime) -> RetentionPolicy:
    """Propose a time for the asker's network; it counts once somebody else confirmed it.

    Raises Refused for a class whose time is not the network's to choose, or a time out of range.
    """
    if kind not in RUNNING or not WORDS[kind].is_of_network:
        raise Refused("This time is the same in every network and is not changed here.")
    policy = _own(session, kind, by)
    if not 1 <= amount <= MOST[policy.unit]:
        raise Refused(f"Write a number of {policy.unit.value} from 1 to {MOST[policy.unit]}.")
    policy.proposed_amount, policy.proposed_by_user_id = amount, by.user_id
    subject = ("retention_class", kind.value)
    audit.record(session, "retention-policy:proposed", by=by, at=at, subject=subject, amount=amount)
    return policy


def decide(
    session: Session, kind: RetentionClass, *, amount: int, confirms: bool, by: Principal, at: datetime
) -> RetentionPolicy:
    """Confirm the proposal that the asker saw, or drop it.

    Raises NotFound when there is none, Refused when it was the asker's own or is another by now.
    """
    policy = queries.own_policy(session, kind, by.network_id)
    if policy is None or policy.proposed_amount is None:
        raise NotFound
    if confirms:
        check_second_person(policy.proposed_by_user_id, by.user_id)
    if policy.proposed_amount != amount:
        raise Refused("The proposal is another one by now. Look at it again.")
    if confirms:
        policy.amount = amount
    policy.proposed_amount = policy.proposed_by_user_id = None
    action = "retention-policy:confirmed" if confirms else "retention-policy:dropped"
    subject = ("retention_class", kind.value)
    audit.record(session, action, by=by, at=at, subject=subject, amount=amount)
    return policy


def _own(session: Session, kind: RetentionClass, by: Principal) -> RetentionPolicy:
    """Return the network's own policy, a copy of the general one where it had none."""
    own = queries.own_policy(session, kind, by.network_id)
    if own is None:
        general = queries.general_policy(session, kind)
        own = RetentionPolicy(
            retention_class=kind,
            network_id=by.network_id,
            amount=general.amount,
            unit=general.unit,
            counted_from=general.counted_from,
            source=general.source,
        )
        session.add(own)
        session.flush()
    return own
