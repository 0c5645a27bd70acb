"""Looks around a page as a careful reader would: headings, labels, ids, handlers."""

import re
from html.parser import HTMLParser

FIELDS = {"input", "select", "textarea"}
NEEDS_NO_LABEL = {"hidden", "submit", "button"}


class Page(HTMLParser):
    """What a page holds, and what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.title = ""
        self.language = ""
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self._inside: list[str] = []
        self._label_depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.handlers += [name for name in found if name.startswith("on") or name == "style"]
        self.ids += [found["id"]] if "id" in found else []
        self._label_depth += tag == "label"
        if tag == "html":
            self.language = found.get("lang", "")
        if tag == "h1":
            self.headings.append("")
        if tag == "label" and "for" in found:
            self.labels.add(found["for"])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in FIELDS and found.get("type") not in NEEDS_NO_LABEL:
            self.fields.append(found | ({"wrapped": "yes"} if self._label_depth else {}))
        if tag in ("h1", "title"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._label_depth -= tag == "label"
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == "title":
            self.title += data
        elif self._inside:
            self.headings[-1] += data

    def problems(self) -> list[str]:
        """Return what keeps this page from being good: an empty list is the aim."""
        heading = _words(self.headings[0]) if self.headings else ""
        unlabelled = [
            field.get("name", "?")
            for field in self.fields
            if not (field.keys() & {"aria-label", "aria-labelledby", "wrapped"} or field.get("id") in self.labels)
        ]
        twice = sorted({found for found in self.ids if self.ids.count(found) > 1})
        checks = {
            f"{len(self.headings)} main headings": len(self.headings) != 1,
            f"the title {_words(self.title)!r} is not the heading {heading!r}": not _words(self.title).startswith(
                heading
            ),
            "no language": not self.language,
            f"fields without label: {unlabelled}": bool(unlabelled),
            f"ids used twice: {twice}": bool(twice),
            f"handlers in the page: {self.handlers}": bool(self.handlers),
            "a link that leads nowhere": "" in self.links,
        }
        return [problem for problem, is_found in checks.items() if is_found]


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
