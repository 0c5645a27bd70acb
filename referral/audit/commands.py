"""What an operator does about the log: prove it whole, and note how far it goes."""

from referral.audit import service
from referral.audit.rules import Checkpoint
from referral.audit.service import Checkpoints, Proof
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import system
from referral.foundation.progress import ProgressReporter
from referral.foundation.refusals import Refused

VERIFIER = system("audit-verifier")


def verify(database: Database, checkpoints: Checkpoints, *, progress: ProgressReporter) -> Proof:
    """Check every seal and every checkpoint, and log that this was done and what came out."""
    with database.transaction(VERIFIER) as session:
        proof = service.verify(session, checkpoints, progress=progress)
        outcome = "whole" if proof.is_whole else "broken"
        service.record(
            session,
            "audit:verified",
            at=clock.now(),
            outcome=outcome,
            seals=proof.seals,
            findings=len(proof.findings),
            checkpoints=proof.checkpoints,
        )
    return proof


def checkpoint(database: Database, checkpoints: Checkpoints, *, after_restore: bool = False) -> Checkpoint:
    """Seal what is settled and note now how far the chain has come; raises Refused when there is nothing yet."""
    service.seal_all(database, checkpoints.key)
    with database.transaction(VERIFIER) as session:
        point = service.note_checkpoint(session, checkpoints, at=clock.now(), after_restore=after_restore)
    if point is None:
        raise Refused("Nothing has been logged yet: there is no chain to note.")
    return point


def report(proof: Proof, *, most: int = 20) -> str:
    """Say in plain lines what a verification found."""
    lines = list(proof.findings[:most])
    if len(proof.findings) > most:
        lines.append(f"and {len(proof.findings) - most} more")
    if proof.is_whole:
        lines.append(f"The log is whole: {proof.seals} events are sealed, {proof.waiting} wait for the next minute.")
        if proof.purged:
            lines.append(f"{proof.purged} of them left because their time was over; their seals say so.")
    else:
        lines.append("The log is NOT whole. Keep the database and the checkpoint file as they are.")
    if proof.is_complete:
        lines.append(f"{proof.checkpoints} checkpoints outside the database were compared.")
    else:
        lines.append("There is no checkpoint outside the database: a cut at the end would not have been seen.")
    return "\n".join(lines)
