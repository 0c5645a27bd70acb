"""The answer to a search: a searchset Bundle without a total, since nobody counts more than they may see."""

from collections.abc import Iterable
from urllib.parse import urlencode

from referral.exchange.fhir.parts import Resource, present

Pairs = list[tuple[str, str]]


def searchset(base: str, kind: str, used: Pairs, entries: Iterable[Resource], *, after: str | None = None) -> Resource:
    """Return the Bundle; its self link holds the parameters that were used, its next link where to go on."""
    links = [{"relation": "self", "url": _url(base, kind, used)}]
    if after is not None:
        rest = [pair for pair in used if pair[0] != "_after"]
        links.append({"relation": "next", "url": _url(base, kind, [*rest, ("_after", after)])})
    return present({"resourceType": "Bundle", "type": "searchset", "link": links, "entry": list(entries)})


def entry(base: str, resource: Resource, mode: str = "match") -> Resource:
    """Return one resource of a Bundle: found, or included because a found one points at it."""
    url = f"{base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}


def _url(base: str, kind: str, pairs: Pairs) -> str:
    return f"{base}/{kind}?{urlencode(pairs)}" if pairs else f"{base}/{kind}"
