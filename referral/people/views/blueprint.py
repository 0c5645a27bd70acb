"""The one blueprint that all pages about people stand in, and the plain words pages use for a need."""

from flask import Blueprint
from markupsafe import Markup

from referral.people.rules import NeedCategory, domain_label, label
from referral.web import chips

pages = Blueprint("people", __name__)
pages.add_app_template_filter(domain_label, "domain_words")


@pages.app_template_global()
def need_chip(category: str, words: str = "") -> Markup:
    """Draw a need in the words a person would use, not by the name of its code."""
    return chips.need_chip(category, words or label(NeedCategory(category)))
