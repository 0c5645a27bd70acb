"""What an act needs besides the right status: a reason, evidence, tried contacts, a consent."""

from referral.people.rules import SensitivityLevel
from referral.referrals.rules.moves import next_status
from referral.referrals.rules.reasons import COULD_NOT_CONTACT, Reason, check_reason
from referral.referrals.rules.refusals import MoveRefused, Refusal
from referral.referrals.rules.statuses import Action, Channel, Party, Status

ATTEMPTS_BEFORE_COULD_NOT_CONTACT = 2


def check_move(
    status: Status,
    action: Action,
    *,
    party: Party,
    channel: Channel,
    reason_code: str | None = None,
    note: str = "",
    attempts: int = 0,
    has_evidence: bool = False,
) -> tuple[Status, Reason | None]:
    """Return the new status and its reason, or raise MoveRefused (the loop) or ReasonRefused (the form).

    `attempts` counts the logged tries to contact the person about this referral.
    """
    target = next_status(status, action, party=party, channel=channel)
    reason = check_reason(target, reason_code, note)
    if action is Action.SERVE and not has_evidence:
        raise MoveRefused("Say how you know that help was given.", why=Refusal.NO_EVIDENCE)
    if reason is COULD_NOT_CONTACT and attempts < ATTEMPTS_BEFORE_COULD_NOT_CONTACT:
        raise MoveRefused(
            f"“{reason.label}” needs {ATTEMPTS_BEFORE_COULD_NOT_CONTACT} logged attempts; "
            f"{attempts} {'is' if attempts == 1 else 'are'} logged. Log each attempt first.",
            why=Refusal.TOO_FEW_ATTEMPTS,
        )
    return target, reason


def check_send(
    *,
    channel: Channel,
    level: SensitivityLevel,
    has_consent: bool,
    is_in_danger: bool,
    has_release: bool = False,
    is_victim_service: bool = False,
) -> None:
    """Raise MoveRefused when the referral must not leave its sender: danger, a sensitive need, no permission.

    The consent is referral.share for the network, and intake.store for a record of what the person was told. What is
    sensitive needs a release that names the receiver besides: part2.disclose, or ipv.release to a victim service.
    """
    if is_in_danger:
        raise MoveRefused(
            "Somebody may be in danger now: do not send a referral, act. Call 911 or the hotline together.",
            why=Refusal.IMMEDIATE_DANGER,
        )
    is_for_survivors = level is SensitivityLevel.L3
    if level > SensitivityLevel.L1 and (
        channel is Channel.OFF_PLATFORM or (is_for_survivors and not is_victim_service)
    ):
        raise MoveRefused(
            "A need this sensitive is not sent electronically to this organization. Call the service together instead.",
            why=Refusal.TOO_SENSITIVE,
        )
    if level > SensitivityLevel.L1 and not has_release:
        raise MoveRefused(
            "The person has not signed that this organization may know. Ask them to sign, or call together.",
            why=Refusal.NO_RELEASE,
        )
    if not has_consent:
        raise MoveRefused(_WITHOUT_CONSENT[channel], why=Refusal.NO_CONSENT)


_WITHOUT_CONSENT = {
    Channel.NETWORK: "The person has not allowed sharing with this organization. "
    "You can ask for it, print a list, or call together.",
    Channel.OFF_PLATFORM: "The person has not allowed us to keep this record. You can print a list.",
}
