"""What an organization's own books call somebody who asked not to be found."""

from hashlib import sha256
from uuid import UUID

from referral.foundation.ids import readable


def local_code(organization_id: UUID, person_id: UUID) -> str:
    """Return the organization's code for a person, such as `C-7F3K2Q`: always the same, and of no use elsewhere."""
    return f"C-{readable(sha256(organization_id.bytes + person_id.bytes).digest())}"
