"""A backup of everything but the keys: one file, sealed, made while people work, restored into an empty database."""

from referral.foundation.backups.archive import Manifest, NotABackup
from referral.foundation.backups.making import make_backup
from referral.foundation.backups.restoring import restore_backup

__all__ = ["Manifest", "NotABackup", "make_backup", "restore_backup"]
