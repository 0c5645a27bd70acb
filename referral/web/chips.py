"""Chips: a status or a need in words with an icon, so that colour is never the only sign."""

from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from referral.web.assets import asset_url

SPRITE = "vendor/uswds/img/sprite.svg"
_ICON = Markup('<svg class="usa-icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>')


class Look(NamedTuple):
    """How a chip shows itself: its tone (a CSS class) and its icon in the USWDS sprite."""

    tone: str
    icon: str


WAITING = Look("waiting", "schedule")
MOVING = Look("moving", "autorenew")
GOOD = Look("good", "check_circle")
ATTENTION = Look("attention", "priority_high")
ENDED = Look("ended", "remove_circle")
NO = Look("no", "cancel")
QUIET = Look("quiet", "radio_button_unchecked")

_STATUS_LOOKS: dict[Look, str] = {
    QUIET: "draft identified not_asked unpriced dismissed",
    WAITING: "sent in_review waitlisted requested submitted approved_by_lead confirmed queued pending proposed pended",
    MOVING: "accepted in_service approved",
    GOOD: "served paid met met_elsewhere helped active delivered verified enrolled",
    ATTENTION: "needs_person returned partly partially_paid disputed contradiction unverified not_sent",
    NO: "declined not_served denied unmet not_helped failed",
    ENDED: "recalled expired withdrawn entered_in_error cancelled voided help_declined revoked withheld",
}
STATUS_LOOKS = {status: look for look, statuses in _STATUS_LOOKS.items() for status in statuses.split()}
STATUS_WORDS = {
    "needs_person": "Waiting on the person",
    "waitlisted": "On the waiting list",
    "approved_by_lead": "With the plan",
    "not_helped": "Did not get help",
    "helped": "Got help",
    "partly": "Got part of the help",
    "voided": "Discarded",
}
NEED_ICONS = {
    "food-insecurity": "restaurant",
    "housing-instability": "home",
    "homelessness": "location_city",
    "inadequate-housing": "build",
    "utility-insecurity": "lightbulb",
    "transportation-insecurity": "directions_bus",
    "financial-insecurity": "attach_money",
    "material-hardship": "checkroom",
    "employment-status": "work",
    "educational-attainment": "school",
    "social-connection": "groups",
    "stress": "favorite_border",
    "intimate-partner-violence": "security",
    "elder-abuse": "security",
    "health-insurance-coverage-status": "medical_services",
    "medical-cost-burden": "medical_services",
    "personal-health-literacy": "local_library",
    "digital-access": "wifi",
    "digital-literacy": "wifi",
    "language-access": "translate",
    "veteran-status": "military_tech",
}


@lru_cache(maxsize=256)
def icon(name: str) -> Markup:
    """Draw an icon of the USWDS sprite; it is decoration, the words beside it carry the meaning."""
    href = f"{asset_url(SPRITE)}#{name}"
    return _ICON.format(href)


@lru_cache(maxsize=512)
def chip(words: str, tone: str = "quiet", icon_name: str = "") -> Markup:
    """Draw a chip; tones are waiting, moving, good, attention, no, ended and quiet."""
    drawn = icon(icon_name) if icon_name else ""
    return Markup('<span class="chip chip--{}">{}{}</span>').format(escape(tone), drawn, words)


@lru_cache(maxsize=512)
def status_chip(status: str, words: str = "") -> Markup:
    """Draw the status of a record in words; `words` is an organization's own label over it."""
    look = STATUS_LOOKS.get(status, QUIET)
    return chip(words or STATUS_WORDS.get(status) or in_words(status), look.tone, look.icon)


@lru_cache(maxsize=128)
def need_chip(category: str, words: str = "") -> Markup:
    """Draw the category of a need by its SDOHCC code."""
    return chip(words or in_words(category), "need", NEED_ICONS.get(category, "help_outline"))


def in_words(code: str) -> str:
    """Turn a code into words: food-insecurity → Food insecurity, in_review → In review."""
    return code.replace("_", " ").replace("-", " ").capitalize()
