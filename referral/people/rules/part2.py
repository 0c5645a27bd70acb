"""The notice that travels with every record about substance use or behavioral health (42 CFR 2.32).

The text is data with a version: `seed/notices/part2.json` until an administrator replaces it. Ours is unverified.
"""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

NEUTRAL_SERVICE = "SERVICE"
"""What a bill says instead of the code of a service that would tell what somebody is treated for."""
SHIPPED = Path(__file__).resolve().parents[3] / "seed" / "notices" / "part2.json"


class NoticeKind(StrEnum):
    """Which law asks for the text."""

    PART2 = "part2"


@dataclass(frozen=True, slots=True)
class NoticeText:
    """One version of the text; `mark` says what somebody must still do before it is relied on."""

    version: str
    text: str
    source: str
    is_checked: bool
    mark: str


@dataclass(frozen=True, slots=True)
class ConsentCopy:
    """What the consent says on which a disclosure rests: 42 CFR 2.32 asks for a copy or a clear explanation."""

    purpose: str
    recipient: str
    about: str
    starts_on: date
    ends_on: date | None
    method: str

    @property
    def sentence(self) -> str:
        """Return the explanation in one sentence; nobody is named in it but the recipient."""
        about = f" It covers {self.about}." if self.about else ""
        until = f"to {self.ends_on:%Y-%m-%d}" if self.ends_on else "until it is taken back"
        return (
            f"The person agreed ({self.method}) that {self.recipient} may receive this, to {self.purpose}, "
            f"from {self.starts_on:%Y-%m-%d} {until}.{about} They may take it back at any time."
        )


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What accompanies the records of one answer: the notice, and the consents on which they rest."""

    notice: NoticeText
    consents: tuple[ConsentCopy, ...]

    @property
    def lines(self) -> list[str]:
        """Return it as plain lines, for files and printed lists."""
        return [self.notice.text, *(f"Version: {self.notice.version}. {self.notice.mark}".strip(),), *self.explained]

    @property
    def explained(self) -> list[str]:
        """Return the explanation of each consent once, or the one sentence for who holds the record itself."""
        return list(dict.fromkeys(copy.sentence for copy in self.consents)) or [OWN_RECORD]


OWN_RECORD = "You see this as the person's own care team. Nobody else may see it without the person's written consent."


@cache
def shipped_notice() -> NoticeText:
    """Return the text that comes with the program."""
    content = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return NoticeText(
        version=content["version"],
        text=content["text"],
        source=content["source"],
        is_checked=content["is_checked"],
        mark=content["mark"],
    )
