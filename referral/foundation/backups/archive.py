"""The file: a tar of manifest, seal, the database's dump and the uploads. Nothing in it is used before all is checked.

The manifest lists every member with its size and SHA-256; the seal is an HMAC over the manifest with a key derived from
the program's secret. So a file that was cut, changed or made with another secret is known before anything is written.
"""

import hashlib
import hmac
import io
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from referral.foundation.encryption import derived, key_id_of
from referral.foundation.refusals import Refused

FORMAT = 1
MANIFEST, SEAL, DUMP, UPLOADS = "manifest.json", "manifest.seal", "database.dump", "uploads/"
_CHUNK = 1 << 20


class NotABackup(Refused):
    """The file cannot be restored; the message is one clear line."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds and needs; neither a key nor anything about a person."""

    format: int
    made_at: str
    revision: str
    """The schema's migration."""
    server_major: int
    """Major version of the PostgreSQL that it was made on."""
    key_id: str
    """Id of the secret that its encrypted columns need; the secret itself is kept elsewhere."""
    tables: Mapping[str, Sequence[str]]
    """Table -> its number of rows and their checksum, both as text."""
    members: Mapping[str, Sequence[str]]
    """File in the archive -> its size in bytes and its SHA-256."""


def write(target: Path, files: Mapping[str, Path], manifest: Manifest, secret: str) -> None:
    """Write the archive, whole or not at all: under another name first, readable by its owner only."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
    partial = target.with_name(f".{target.name}.part")
    try:
        with partial.open("xb") as raw, tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
            partial.chmod(0o600)
            _add(tar, MANIFEST, text)
            _add(tar, SEAL, _seal(text, secret).encode())
            for name, path in files.items():
                tar.add(path, arcname=name, recursive=False)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def opened(source: Path, secrets: Sequence[str]) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """Yield manifest and archive, every byte checked; raises NotABackup."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            manifest = _read_manifest(tar, secrets)
            _check_members(tar, manifest)
            yield manifest, tar
    except (tarfile.TarError, EOFError) as broken:
        raise NotABackup(f"{source.name} is not a whole backup: it was cut short, or is something else.") from broken


def digest(stream: IO[bytes]) -> list[str]:
    """Return size and SHA-256 of what a stream holds, both as text."""
    size, sha = 0, hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        sha.update(chunk)
    return [str(size), sha.hexdigest()]


def _read_manifest(tar: tarfile.TarFile, secrets: Sequence[str]) -> Manifest:
    text, seal = _content(tar, MANIFEST), _content(tar, SEAL).decode("ascii", "replace")
    told = _parsed(text)
    fitting = [secret for secret in secrets if key_id_of(secret) == told.key_id]
    if not fitting:
        given = ", ".join(key_id_of(secret) for secret in secrets)
        raise NotABackup(f"The backup needs the SECRET_KEY with id {told.key_id}; the one given has id {given}.")
    if not hmac.compare_digest(_seal(text, fitting[0]), seal):
        raise NotABackup("The backup's list of contents was changed after it was made.")
    return told


def _parsed(text: bytes) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(text)
        if told["format"] != FORMAT:
            raise NotABackup(f"The backup has format {told['format']}; this program reads format {FORMAT}.")
        return Manifest(**told)
    except (ValueError, TypeError, KeyError) as broken:
        raise NotABackup("The backup's list of contents cannot be read.") from broken


def _check_members(tar: tarfile.TarFile, manifest: Manifest) -> None:
    there = set(tar.getnames()) - {MANIFEST, SEAL}
    odd = sorted(there.symmetric_difference(manifest.members))
    if odd:
        raise NotABackup(f"The backup is not whole: {odd[0]} is missing or was added.")
    for name, expected in manifest.members.items():
        stream = tar.extractfile(name)
        if stream is None or digest(stream) != list(expected):
            raise NotABackup(f"The backup is damaged: {name} is not what was written.")


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    try:
        stream = tar.extractfile(name)
    except KeyError as missing:
        raise NotABackup("The file is not a backup of this program.") from missing
    return stream.read() if stream is not None else b""


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _seal(manifest: bytes, secret: str) -> str:
    return hmac.new(derived(secret, "referral backup seal"), manifest, hashlib.sha256).hexdigest()
