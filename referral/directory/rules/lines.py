"""Splits a file into lines and reads the JSON of each, whatever the bytes are."""

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MOST_CHARACTERS = 2_000_000
MOST_BYTES_OF_PAGE = 100_000_000
_START = re.compile(r"[\s,\[]*")
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


def records(open_file: Callable[[], Iterable[bytes]]) -> Iterator[Line]:
    """The records of a file: its lines, or the items of the one JSON document (a list, a page) that it is.

    The file is opened again when its first line shows that it is a document, and a list is read item by item.
    """
    first = next(iter(lines(open_file())), None)
    start = first.text.lstrip()[:1] if first is not None else ""
    if first is None or start not in ("[", "{") or (_is_json(first.text) and not first.is_too_long):
        return lines(open_file())
    found = _items_of_list(open_file()) if start == "[" else _items_of_page(open_file())
    return lines(open_file()) if found is None else found


def _is_json(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _items_of_page(chunks: Iterable[bytes]) -> Iterator[Line] | None:
    """The items of a page, or the one record of the file; None when the file is no single object."""
    raw = bytearray()
    for chunk in chunks:
        raw += chunk
        if len(raw) > MOST_BYTES_OF_PAGE:
            return None
    document = _decoded(1, bytes(raw), is_too_long=False)
    try:
        found = parse(document.text)
    except ValueError:
        return None
    items = found.get("contents")
    listed = items if isinstance(items, list) else [found]
    return (
        Line(number, json.dumps(item), has_bad_bytes=document.has_bad_bytes)
        for number, item in enumerate(listed, start=1)
    )


def _items_of_list(chunks: Iterable[bytes]) -> Iterator[Line]:
    """The items of a list one by one; from where it is broken on, the rest is one record that is no JSON."""
    rest, number = "", 0
    for text in codecs.iterdecode(chunks, "utf-8-sig", "replace"):
        rest += text
        for item, left in _whole_items(rest):
            number, rest = number + 1, left
            yield Line(number, item, has_bad_bytes="\ufffd" in item)
        if len(rest) > MOST_CHARACTERS:
            break
    if rest.strip(" \r\n\t,[]"):
        yield Line(number + 1, rest[:MOST_CHARACTERS], is_too_long=len(rest) > MOST_CHARACTERS)


def _whole_items(text: str) -> Iterator[tuple[str, str]]:
    """Each item that is complete, with the text behind it."""
    decoder = json.JSONDecoder()
    while (start := _START.match(text)) and start.end() < len(text):
        try:
            _, end = decoder.raw_decode(text, start.end())
        except (ValueError, RecursionError):
            return
        item, text = text[start.end() : end], text[end:]
        yield item, text


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
