"""Who may do what with referrals: by role, and by the part one takes in the referral."""

from datetime import datetime
from enum import StrEnum

from referral.accounts.rules import Grants
from referral.foundation.principal import Principal, PrincipalKind
from referral.foundation.refusals import NotAllowed
from referral.organizations.rules import Role
from referral.people.permissions import PersonPermission
from referral.referrals.models import Referral
from referral.referrals.rules import Action, Party, Sight, Status, allowed_actions, receiver_sight


class ReferralPermission(StrEnum):
    """What a role may do; which referrals it reaches is decided row by row."""

    READ = "referral:read"
    CREATE = "referral:create"
    SENT = "referral:sent"
    INBOX = "referral:inbox"
    MOVE = "referral:move"
    LOG_CONTACT = "contact_log:create"
    COMMENT = "comment:create"
    """Who may write to the other side also reads what it wrote."""
    ADD_EVIDENCE = "outcome_evidence:create"
    REVIEW = "outcome_evidence:review"
    EXPORT = "referral_rows:export"
    """A file of the network's referrals, once another supervisor approved it."""
    EXPORT_MEMBERS = "referral_rows:export_members"
    """A file of the members who share the content with the plan."""
    READ_ANSWERS = "answer:read"
    """What the person answered about the need of a referral, for who helps with it."""


_CARE_TEAM = frozenset({Role.NAVIGATOR, Role.COORD_SUPERVISOR})
_RECEIVERS = frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN})
_READERS = frozenset({Role.CBO_BILLER, Role.NETWORK_LEAD, Role.PLAN_CARE_MGR})

GRANTS: Grants = {
    ReferralPermission.READ: _CARE_TEAM | _RECEIVERS | _READERS,
    ReferralPermission.CREATE: _CARE_TEAM,
    ReferralPermission.SENT: _CARE_TEAM,
    ReferralPermission.INBOX: _RECEIVERS,
    ReferralPermission.MOVE: _CARE_TEAM | _RECEIVERS,
    ReferralPermission.LOG_CONTACT: _CARE_TEAM | _RECEIVERS,
    ReferralPermission.COMMENT: _CARE_TEAM | _RECEIVERS,
    ReferralPermission.ADD_EVIDENCE: _CARE_TEAM | _RECEIVERS,
    ReferralPermission.REVIEW: _CARE_TEAM,
    ReferralPermission.EXPORT: frozenset({Role.COORD_SUPERVISOR}),
    ReferralPermission.EXPORT_MEMBERS: frozenset({Role.PLAN_CARE_MGR}),
    ReferralPermission.READ_ANSWERS: _RECEIVERS | {Role.PLAN_CARE_MGR},
}


def parties_of(referral: Referral, by: Principal) -> tuple[Party, ...]:
    """Return in which parts somebody may act on the referral; raises NotAllowed for an onlooker."""
    if by.kind is PrincipalKind.SYSTEM:
        return (Party.CLOCK,)
    if by.person_id is not None and by.person_id == referral.person_id:
        return (Party.PERSON,)
    parties = []
    if by.organization_id == referral.receiving_organization_id:
        parties.append(Party.RECEIVER)
    # A navigator stands in for a colleague of the same network: work does not wait for one person.
    if is_sender_side(referral, by):
        parties.append(Party.SENDER)
    if not parties:
        raise NotAllowed("Your organization takes no part in this referral.")
    return tuple(parties)


def acting_party(referral: Referral, by: Principal, action: Action) -> Party:
    """Return in which part somebody does this: the one that may, when they have two."""
    parties = parties_of(referral, by)
    may = [party for party in parties if action in _offered(referral, party)]
    return (may or list(parties))[0]


def actions_for(referral: Referral, by: Principal) -> tuple[Action, ...]:
    """Return what this asker may do with the referral now, in the order of the loop; () for an onlooker."""
    if not by.can(ReferralPermission.MOVE):
        return ()
    try:
        parties = parties_of(referral, by)
    except NotAllowed:
        return ()
    offered = {action for party in parties for action in _offered(referral, party)}
    return tuple(action for action in Action if action in offered)


def sight_of(referral: Referral, by: Principal, *, at: datetime) -> Sight:
    """Return how much of the person this asker sees through the referral."""
    sight = _sight_of_part(referral, by, at=at)
    if sight is Sight.NOTHING or not by.roles or by.can(PersonPermission.REACH):
        return sight
    return Sight.NAMED if sight is Sight.PARTY else Sight.NOTHING


def _sight_of_part(referral: Referral, by: Principal, *, at: datetime) -> Sight:
    if is_sender_side(referral, by) or by.kind is PrincipalKind.SYSTEM or by.person_id == referral.person_id:
        return Sight.PARTY
    if by.organization_id != referral.receiving_organization_id:
        return Sight.NOTHING
    return receiver_sight(
        referral.status,
        channel=referral.channel,
        was_taken=referral.taken_at is not None,
        ended_at=referral.ended_at,
        at=at,
    )


def may_see(referral: Referral, by: Principal, *, at: datetime) -> bool:
    """Say whether the asker may open the referral; a plan or network lead sees where it stands, not the person."""
    if by.organization_id != referral.receiving_organization_id or is_sender_side(referral, by):
        return referral.status is not Status.DRAFT or is_sender_side(referral, by)
    sight = sight_of(referral, by, at=at)
    # A biller works with what was accepted; who answers the inbox sees the minimum before.
    return sight in {Sight.PARTY, Sight.NAMED} or (sight is Sight.MINIMUM and by.can(ReferralPermission.INBOX))


def is_sender_side(referral: Referral, by: Principal) -> bool:
    """Say whether the asker sent it or is a colleague of the sender's network care team."""
    is_colleague = by.is_care_team and by.network_id == referral.network_id
    return is_colleague or (by.organization_id == referral.sending_organization_id)


def _offered(referral: Referral, party: Party) -> tuple[Action, ...]:
    return allowed_actions(referral.status, party=party, channel=referral.channel)
