"""Write what happened; seal it, and prove that nothing was taken out since."""

from referral.audit.service.checkpoints import Checkpoints, note_checkpoint
from referral.audit.service.disclosing import Told, disclose, disclose_rows
from referral.audit.service.recording import record, record_list, record_security
from referral.audit.service.sealing import seal_all
from referral.audit.service.verifying import Proof, verify

__all__ = [
    "Checkpoints",
    "Proof",
    "Told",
    "disclose",
    "disclose_rows",
    "note_checkpoint",
    "record",
    "record_list",
    "record_security",
    "seal_all",
    "verify",
]
