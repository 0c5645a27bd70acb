"""Columns that only the program can read: AES-256-GCM, bound to the table and column they stand in.

For the few things whose leak would endanger somebody (safe-contact notes, safety details, secrets). Everything else
relies on disk encryption and row-level security, so that search works.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary, TypeDecorator

_KEY_ID_BYTES = 4
_NONCE_BYTES = 12


class CannotDecrypt(RuntimeError):
    """A value was written with a key we do not have, or was changed or moved to another column."""


@dataclass(frozen=True)
class Key:
    """One derived key; its id is stored with each value, so that keys can be changed one after another."""

    id: bytes
    cipher: AESGCM


class Keyring:
    """The key that writes, and the older ones that can still read."""

    def __init__(self) -> None:
        self._keys: dict[bytes, Key] = {}
        self._writes: Key | None = None

    def unlock(self, secret: str, older: Sequence[str] = ()) -> None:
        """Derive the keys from the program's secrets; must run before the first encrypted value is touched."""
        newest, *rest = [_derive(each) for each in (secret, *older)]
        self._keys = {key.id: key for key in (newest, *rest)}
        self._writes = newest

    def seal(self, text: str, place: str) -> bytes:
        """Encrypt a text for its place (table.column)."""
        if self._writes is None:
            raise CannotDecrypt("The keyring is locked: unlock it with the secret key at start.")
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._writes.cipher.encrypt(nonce, text.encode(), place.encode())
        return self._writes.id + nonce + sealed

    def open(self, sealed: bytes, place: str) -> str:
        """Decrypt a text in its place; raises CannotDecrypt."""
        key = self._keys.get(sealed[:_KEY_ID_BYTES])
        if key is None:
            raise CannotDecrypt("No key for this value; an older secret key is missing.")
        nonce = sealed[_KEY_ID_BYTES : _KEY_ID_BYTES + _NONCE_BYTES]
        try:
            return key.cipher.decrypt(nonce, sealed[_KEY_ID_BYTES + _NONCE_BYTES :], place.encode()).decode()
        except InvalidTag as error:
            raise CannotDecrypt("This value was changed, or does not belong here.") from error


KEYRING = Keyring()
"""The keys of this process."""


class EncryptedText(TypeDecorator[str]):
    """A text column that is stored encrypted; `place` is its table.column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Encrypt on the way in."""
        return None if value is None else KEYRING.seal(value, self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Decrypt on the way out."""
        return None if value is None else KEYRING.open(value, self.place)


def derived(secret: str, purpose: str, length: int = 32) -> bytes:
    """Derive a key for one purpose from a secret (HKDF-SHA-256, RFC 5869); it tells nothing about other purposes."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose.encode()).derive(secret.encode())


def key_id_of(secret: str) -> str:
    """Return the id that every value encrypted with this secret begins with; it may be shown and kept anywhere."""
    return _derive(secret).id.hex()


def _derive(secret: str) -> Key:
    key_id = derived(secret, "referral field key id", _KEY_ID_BYTES)
    return Key(key_id, AESGCM(derived(secret, "referral field key")))
