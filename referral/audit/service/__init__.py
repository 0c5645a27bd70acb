"""Write what happened; seal it, remove what is over, and prove that nothing else was taken out since."""

from referral.audit.service.checkpoints import Checkpoints, note_checkpoint
from referral.audit.service.disclosing import Told, disclose, disclose_rows
from referral.audit.service.purging import forget_disclosures, purge
from referral.audit.service.recording import record, record_list, record_security
from referral.audit.service.sealing import seal_all
from referral.audit.service.verifying import Proof, verify

__all__ = [
    "Checkpoints",
    "Proof",
    "Told",
    "disclose",
    "disclose_rows",
    "forget_disclosures",
    "note_checkpoint",
    "purge",
    "record",
    "record_list",
    "record_security",
    "seal_all",
    "verify",
]
