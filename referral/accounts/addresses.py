"""Where a link that is handed over leads."""

from flask import current_app, url_for

from referral.accounts.service import HandedLink


def address_of(handed: HandedLink) -> str:
    """Return the address that is handed over, this once."""
    base: str = current_app.config["PUBLIC_BASE_URL"]
    return base + url_for("accounts.link", secret=handed.secret)
