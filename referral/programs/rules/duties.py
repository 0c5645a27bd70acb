"""Separation of duties: by person, in whichever role they act."""

from uuid import UUID

from referral.programs.rules.moves import MoveRefused


def is_separate(decider_id: UUID | None, *submitter_ids: UUID | None) -> bool:
    """Whether the decider is nobody of those who submitted; a system job (None) always is."""
    return decider_id is None or decider_id not in submitter_ids


def refuse_own_work(decider_id: UUID | None, *submitter_ids: UUID | None) -> None:
    """Raise MoveRefused when a person would decide what they submitted."""
    if not is_separate(decider_id, *submitter_ids):
        raise MoveRefused("Nobody decides what they submitted themselves: another person has to do this.")


def refuse_same_organization(lead_step_id: UUID | None, plan_step_id: UUID | None) -> None:
    """Raise MoveRefused when one organization would take both the lead step and the plan step."""
    if lead_step_id is not None and lead_step_id == plan_step_id:
        raise MoveRefused("The organization that approved an invoice as network lead cannot decide it as plan.")
