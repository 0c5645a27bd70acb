"""Splits a file into lines and reads the JSON of each, whatever the bytes are."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MOST_CHARACTERS = 2_000_000
_BOM = b"\xef\xbb\xbf"
_TOO_DEEP = "too deeply nested"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: its number from 1, its text, and what was odd about its bytes."""

    number: int
    text: str
    is_too_long: bool = False
    has_bad_bytes: bool = False


def lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    """The lines that are not blank, ended by LF, CRLF or CR; of a line that is too long only the start."""
    for number, (raw, is_too_long) in enumerate(_split(chunks), start=1):
        if raw.strip():
            yield _decoded(number, raw, is_too_long=is_too_long)


def _split(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    rest = b""
    dropping = ended_in_cr = False
    for chunk in chunks:
        data = chunk[1:] if ended_in_cr and chunk[:1] == b"\n" else chunk
        ended_in_cr = data.endswith(b"\r") if data else ended_in_cr and chunk == b""
        *whole, rest = (rest + data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).split(b"\n")
        for part in whole:
            if not dropping:
                yield part[:MOST_CHARACTERS], len(part) > MOST_CHARACTERS
            dropping = False
        if len(rest) > MOST_CHARACTERS:
            if not dropping:
                yield rest[:1000], True
            rest, dropping = b"", True
    if rest and not dropping:
        yield rest, False


def _decoded(number: int, raw: bytes, *, is_too_long: bool) -> Line:
    raw = raw.removeprefix(_BOM)
    try:
        return Line(number, raw.decode("utf-8"), is_too_long=is_too_long)
    except UnicodeDecodeError:
        # What is not UTF-8 is nearly always Windows-1252; five bytes of that are nothing at all.
        return Line(number, raw.decode("cp1252", "replace"), is_too_long=is_too_long, has_bad_bytes=True)


def parse(text: str) -> Any:
    """The JSON value of a text; ValueError for what is no JSON, too deeply nested or not finite."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)
