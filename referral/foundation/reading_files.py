"""Files that somebody gives us: read in pieces, unpacked within limits, never believed about their own size."""

import codecs
import gzip
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from referral.foundation.refusals import Refused

CHUNK = 65_536
MOST_BYTES = 1_000_000_000
"""Of a file, packed or not; the largest public directory that we know unpacks to a tenth of it."""
MOST_RATIO = 200
"""Unpacked to packed: listings reach 40, a bomb of gzip 1,000."""
FREE_BYTES = 10_000_000
"""So much may always come out, whatever the ratio: small files repeat themselves."""
MOST_ENTRIES = 60
MOST_BYTES_OF_PACKAGE = 300_000_000
"""Of the tables of a package together: they are joined in memory."""
PACKED = (b"PK\x03\x04", b"\x1f\x8b")
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class FileRefused(Refused):
    """The file is not one that this program reads; the message says why, in words for who gave it."""


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the content of a plain, gzipped or zipped file as UTF-8 where its first bytes say what it is.

    Raises FileRefused for what is broken, packed twice, a spreadsheet, or larger than the limits, as soon as it shows;
    OSError when the file cannot be read.
    """
    packed_bytes = path.stat().st_size
    if packed_bytes > MOST_BYTES:
        raise FileRefused(f"The file is larger than {MOST_BYTES:,} bytes.")
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        try:
            if start.startswith(PACKED[0]):
                yield from _as_utf8(_unpacked(_zipped(file), packed_bytes))
            elif start.startswith(PACKED[1]):
                with gzip.open(file) as unpacked:
                    yield from _as_utf8(_unpacked(_pieces(unpacked.read), packed_bytes))
            else:
                yield from _as_utf8(_pieces(file.read))
        except (zipfile.BadZipFile, EOFError, gzip.BadGzipFile, zlib.error, RuntimeError) as error:
            raise FileRefused("The packed file is broken, or packed in a way that we do not read.") from error


def tables(path: Path) -> dict[str, bytes] | None:
    """Return the CSV files of an archive or a folder by name without ending, as UTF-8; None where an archive has none.

    Raises FileRefused and OSError as `chunks` does.
    """
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.casefold() == ".csv" and file.is_file())
        if not files:
            raise FileRefused("The folder holds no CSV table.")
        return _joined({file.stem: chunks(file) for file in files})
    with path.open("rb") as file:
        if not file.read(4).startswith(PACKED[0]):
            return None
        try:
            with zipfile.ZipFile(file) as archive:
                found = [entry for entry in _entries(archive) if _is_table(entry)]
                allowed = path.stat().st_size
                return _joined({PurePosixPath(one.filename).stem: _opened(archive, one, allowed) for one in found})
        except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError) as error:
            raise FileRefused("The packed file is broken, or packed in a way that we do not read.") from error


def _joined(found: dict[str, Iterator[bytes]]) -> dict[str, bytes] | None:
    read: dict[str, bytes] = {}
    for name, pieces in found.items():
        whole = bytearray()
        for piece in pieces:
            whole += piece
            if len(whole) + sum(map(len, read.values())) > MOST_BYTES_OF_PACKAGE:
                raise FileRefused(f"The tables unpack to more than {MOST_BYTES_OF_PACKAGE:,} bytes.")
        read[name] = bytes(whole)
    return read or None


def _is_table(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.casefold() == ".csv" and not is_hidden


def _opened(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, packed_bytes: int) -> Iterator[bytes]:
    _check_entry(entry)
    with archive.open(entry) as unpacked:
        yield from _as_utf8(_unpacked(_pieces(unpacked.read), packed_bytes))


def _pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    return iter(lambda: read(CHUNK), b"")


def _zipped(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the one file of an archive; nothing is ever written to where its names point."""
    with zipfile.ZipFile(file) as archive:
        files = _entries(archive)
        if len(files) != 1:
            raise FileRefused("The archive must hold exactly one file, or the CSV tables of a package.")
        _check_entry(files[0])
        with archive.open(files[0]) as unpacked:
            yield from _pieces(unpacked.read)


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise FileRefused(f"The archive holds more than {MOST_ENTRIES} files.")
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise FileRefused("This is a spreadsheet or a document. Save the listings as lines of JSON or as CSV tables.")
    return [entry for entry in entries if not entry.is_dir()]


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = {*PurePosixPath(name).parts, *PureWindowsPath(name).parts}
    if ".." in parts or name.startswith("/") or PureWindowsPath(name).anchor:
        raise FileRefused("The name of the file in the archive leads elsewhere.")
    if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & 1:
        raise FileRefused("The archive holds a link or a locked file.")
    if entry.file_size > MOST_BYTES:
        raise FileRefused(f"The archive unpacks to more than {MOST_BYTES:,} bytes.")


def _unpacked(pieces: Iterator[bytes], packed_bytes: int) -> Iterator[bytes]:
    """Yield what comes out, counted as it comes."""
    allowed = min(MOST_BYTES, max(FREE_BYTES, packed_bytes * MOST_RATIO))
    seen = 0
    for piece in pieces:
        if seen == 0 and piece.startswith(PACKED):
            raise FileRefused("The file is packed twice. Unpack it once.")
        seen += len(piece)
        if seen > allowed:
            raise FileRefused(f"The file unpacks to more than {allowed:,} bytes, too many for its size.")
        yield piece


def _as_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    encoding = next((name for mark, name in MARKS if first.startswith(mark)), None)
    if encoding is None:
        yield first
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield decoder.decode(first).encode("utf-8", "replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode()
