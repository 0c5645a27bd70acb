"""Enrollment of a person in a program: states and moves."""

from enum import StrEnum

from referral.organizations.rules import Role
from referral.programs.rules.moves import Machine, Move, Mover


class EnrollmentState(StrEnum):
    """Where a person stands with a program."""

    PROPOSED = "proposed"
    ENROLLED = "enrolled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class EnrollmentAction(StrEnum):
    """What is done with an enrollment."""

    PROPOSE = "propose"
    ENROLL = "enroll"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    END = "end"


_State, _Do = EnrollmentState, EnrollmentAction
_REFERRERS = frozenset[Mover]({Role.NAVIGATOR, Role.COORD_SUPERVISOR})
_PLAN = frozenset[Mover]({Role.PLAN_CARE_MGR})
_PERSON = frozenset[Mover]({Role.CLIENT_SELF, Machine.SYSTEM})

ENROLLMENT_MOVES: dict[tuple[EnrollmentState | None, EnrollmentAction], Move[EnrollmentState]] = {
    # Organizations and people themselves may propose: care managers alone sent few.
    (None, _Do.PROPOSE): Move(
        _State.PROPOSED, _REFERRERS | {Role.CBO_INTAKE, Role.CBO_ADMIN, Role.PLAN_CARE_MGR, Role.CLIENT_SELF}
    ),
    (_State.PROPOSED, _Do.ENROLL): Move(_State.ENROLLED, _PLAN),
    (_State.PROPOSED, _Do.REFUSE): Move(_State.REFUSED, _PLAN),
    # The person's own act, or the system's when the consent behind it ends.
    (_State.PROPOSED, _Do.WITHDRAW): Move(_State.WITHDRAWN, _REFERRERS | _PERSON),
    (_State.ENROLLED, _Do.WITHDRAW): Move(_State.WITHDRAWN, _REFERRERS | _PERSON),
    (_State.ENROLLED, _Do.END): Move(_State.ENDED, _PLAN | {Machine.SYSTEM}),
}
