"""Whatever a page does or shows, a program can do or read: every page has its twin under /api/v1, or a reason."""

import pytest

from referral.web.guard import PROGRAMS
from referral.web.transaction import Application

API = "/api/v1"
KINDS = {
    "/authorizations": "/service-authorizations",
    "/people/<uuid:person_id>/coverage": "/people/<uuid:person_id>/coverages",
    "/people/<uuid:person_id>/about": "/people/<uuid:person_id>/demographics",
    "/people/<uuid:person_id>/enrollment": "/people/<uuid:person_id>/enrollments",
    "/people/<uuid:person_id>/needs/new": "/people/<uuid:person_id>/needs",
    "/people/<uuid:person_id>/screenings/new": "/people/<uuid:person_id>/screenings",
}
"""Where programs find what a page calls by another name; everything below the address moves along."""

SIGNING_IN = "A program signs in by its token, which belongs to one membership."
SIGNED_LINK = "The person's own page, opened by a signed link and a birth date: no token is theirs."
CARRIER = "The carrier reports here and signs what it sends."
MACHINERY = "For load balancers, browsers and the makers of programs."
FORM = "Fills in a form and changes nothing; the twin of the form's deed is named."

PERSONS_OWN = ("/sign-in", "/account")
"""Signing in, and a user's own password, second factor and sessions: never by a token."""

TWINS: dict[str, tuple[str, ...]] = {
    "GET /": ("GET /home",),
    "GET /choose-organization": ("GET /me",),
    "GET /directory/list": ("GET /directory/<uuid:service_at_location_id>",),
    "POST /directory/<uuid:service_at_location_id>/details": (
        "PATCH /directory/<uuid:service_at_location_id>/details",
    ),
    "POST /directory/new": ("POST /directory",),
    "POST /directory/list": ("POST /people/<uuid:person_id>/lists",),
    "GET /contracts/new": ("GET /organizations", "GET /fee-schedule"),
    "POST /contracts/<uuid:contract_id>": ("PUT /contracts/<uuid:contract_id>",),
    "POST /deliveries/invoice": ("POST /invoices",),
    "GET /fee-schedule/prices": ("GET /fee-schedule",),
    "GET /inbox": ("GET /referrals",),
    "GET /invoices/lines.csv": ("GET /reports/invoices.csv", "GET /invoices/<uuid:invoice_id>"),
    "GET /invoices/lines.xlsx": ("GET /reports/invoices.xlsx", "GET /invoices/<uuid:invoice_id>"),
    "GET /payments/<uuid:payment_id>/lines.csv": ("GET /payments/<uuid:payment_id>",),
    "GET /payments/<uuid:payment_id>/lines.xlsx": ("GET /payments/<uuid:payment_id>",),
    "POST /invoices/<uuid:invoice_id>/lines/<uuid:line_id>/remove": (
        "DELETE /invoices/<uuid:invoice_id>/lines/<uuid:line_id>",
    ),
    "GET /my-services/new": ("GET /my-services/places",),
    "POST /my-services/new": ("POST /my-services",),
    "POST /my-services/<uuid:service_at_location_id>/capacity": (
        "PUT /my-services/<uuid:service_at_location_id>/capacity",
    ),
    "POST /needs/<uuid:need_id>/<any(confirm, decline_help, dismiss, meet, meet_elsewhere, leave_unmet):action>": (
        "POST /needs/<uuid:need_id>/move",
    ),
    "POST /needs/<uuid:need_id>/hand-off": ("POST /hand-offs",),
    "GET /needs/<uuid:need_id>/refer": ("GET /needs/<uuid:need_id>/choices", "GET /people/scripts"),
    "POST /needs/<uuid:need_id>/refer": ("POST /referrals", "POST /people/<uuid:person_id>/consents"),
    "GET /people/<uuid:person_id>": (
        "GET /people/<uuid:person_id>/overview",
        "GET /people/<uuid:person_id>",
        "GET /people/<uuid:person_id>/needs",
        "GET /people/<uuid:person_id>/screenings",
    ),
    "GET /people/<uuid:person_id>/about": ("GET /people/<uuid:person_id>/demographics", "GET /people/questions"),
    "GET /people/<uuid:person_id>/ask": ("GET /people/scripts",),
    "GET /people/<uuid:person_id>/consents": ("GET /people/<uuid:person_id>/consents", "GET /people/scripts"),
    "POST /people/<uuid:person_id>/consents": (
        "POST /people/<uuid:person_id>/consents",
        "POST /people/<uuid:person_id>/signature-requests",
    ),
    "GET /people/<uuid:person_id>/coverage": ("GET /people/<uuid:person_id>", "GET /organizations"),
    "GET /people/<uuid:person_id>/edit": ("GET /people/<uuid:person_id>",),
    "POST /people/<uuid:person_id>/edit": ("PATCH /people/<uuid:person_id>",),
    "GET /people/<uuid:person_id>/enrollment": (
        "GET /people/<uuid:person_id>/enrollments",
        "GET /people/<uuid:person_id>/eligibility",
    ),
    "POST /people/<uuid:person_id>/enrollment/<any(enroll, refuse, end, withdraw):action>": (
        "POST /enrollments/<uuid:enrollment_id>/enroll",
        "POST /enrollments/<uuid:enrollment_id>/refuse",
        "POST /enrollments/<uuid:enrollment_id>/end",
        "POST /enrollments/<uuid:enrollment_id>/withdraw",
    ),
    "GET /people/<uuid:person_id>/phone": ("GET /people/<uuid:person_id>",),
    "POST /people/<uuid:person_id>/phone": ("POST /people/<uuid:person_id>/phone/confirm",),
    "POST /people/<uuid:person_id>/requests/<uuid:request_id>": (
        "POST /people/<uuid:person_id>/requests/<uuid:request_id>/answer",
    ),
    "GET /people/<uuid:person_id>/screenings/new": ("GET /instruments",),
    "GET /people/new": ("GET /people/scripts", "GET /organizations"),
    "POST /people/new": ("POST /people",),
    "POST /people/new/permission": ("GET /people/scripts",),
    "POST /people": ("POST /people/search",),
    "POST /people/likely": ("POST /people/search",),
    "GET /referrals/<uuid:referral_id>": (
        "GET /referrals/<uuid:referral_id>",
        "GET /referrals/<uuid:referral_id>/story",
        "GET /referrals/<uuid:referral_id>/answers",
    ),
    "GET /referrals/<uuid:referral_id>/authorization": ("GET /referrals/<uuid:referral_id>/program-services",),
    "POST /referrals/<uuid:referral_id>/authorization": ("POST /referrals/<uuid:referral_id>/service-authorizations",),
    "GET /reports/definitions": ("GET /measures",),
    "GET /reports/plan": ("GET /reports/referrals",),
    "GET /reports/plan.csv": ("GET /reports/referrals.csv",),
    "GET /reports/plan.xlsx": ("GET /reports/referrals.xlsx",),
    "GET /reports/plan/invoices": ("GET /reports/invoices",),
    "GET /reports/plan/invoices.csv": ("GET /reports/invoices.csv",),
    "GET /reports/plan/invoices.xlsx": ("GET /reports/invoices.xlsx",),
    "GET /reports/plan/referrals": ("GET /reports/referrals/lines",),
    "POST /screenings/<uuid:screening_id>": ("PUT /screenings/<uuid:screening_id>/answers/<path:link_id>",),
    "POST /screenings/<uuid:screening_id>/finish": ("POST /screenings/<uuid:screening_id>/complete",),
    "GET /screenings/<uuid:screening_id>/now": ("GET /screenings/<uuid:screening_id>",),
    "POST /screenings/<uuid:screening_id>/now": ("POST /screenings/<uuid:screening_id>/urgent",),
    "GET /screenings/<uuid:screening_id>/result": (
        "GET /screenings/<uuid:screening_id>",
        "GET /people/<uuid:person_id>/needs",
    ),
    "GET /screenings/<uuid:screening_id>/review": ("GET /screenings/<uuid:screening_id>",),
    "POST /settings/network": ("PUT /settings/network",),
    "POST /settings/organization": ("PUT /settings/organization",),
    "GET /thread/<kind>/<uuid:id>": ("GET /thread/<kind>/<uuid:record_id>",),
    "GET /users/<uuid:membership_id>/clearance": ("GET /users",),
    "POST /users/<uuid:membership_id>/clearance/end": ("DELETE /users/<uuid:membership_id>/clearance",),
}
"""Pages whose twin stands at another address, or is several doors."""

WITHOUT_TWIN = {
    **dict.fromkeys(
        (
            "GET /retention",
            "POST /retention/<kind>/propose",
            "POST /retention/<kind>/decide",
            "POST /retention/holds",
            "POST /retention/holds/<uuid:hold_id>/end",
            "GET /erasures",
            "POST /erasures/<uuid:erasure_id>/propose",
            "POST /erasures/<uuid:erasure_id>/confirm",
            "POST /erasures/<uuid:erasure_id>/close",
        ),
        "What a network keeps, and what it erases, is decided by two people at the page, by no program.",
    ),
    "POST /settings/network/decide": "A second administrator looks at a proposal at the page; no program confirms one.",
    **dict.fromkeys(
        (
            "GET /exports",
            "POST /exports",
            "POST /exports/<uuid:export_id>/<any(approve, refuse):decision>",
            "GET /exports/<uuid:export_id>/rows.csv",
            "GET /exports/<uuid:export_id>/rows.xlsx",
            "GET /members/referrals.csv",
            "GET /members/referrals.xlsx",
        ),
        "What leaves about many people at once is taken by a person at the page; programs read the records one by one.",
    ),
    "POST /sign-out": SIGNING_IN,
    "POST /choose-organization": SIGNING_IN,
    "GET /directory/new": FORM,
    "GET /emergencies/new": FORM,
    "POST /emergencies/confirm": "Says what will happen; the twin of the deed asks that it was understood.",
    "GET /people": FORM,
    "GET /people/<uuid:person_id>/needs/new": FORM,
    "POST /people/new/from-search": FORM,
    "GET /s/<token>": SIGNED_LINK,
    "POST /s/<token>/<deed>": SIGNED_LINK,
    "GET /s/<token>/own/<part>": SIGNED_LINK,
    "POST /s/<token>/own/<part>": SIGNED_LINK,
    "GET /l/<token>": SIGNED_LINK,
    "POST /webhooks/twilio/inbound": CARRIER,
    "POST /webhooks/twilio/status": CARRIER,
    "GET /healthz": MACHINERY,
    "GET /readyz": MACHINERY,
    "GET /openapi.json": MACHINERY,
    "GET /static/<path:filename>": MACHINERY,
}
"""Pages that no program needs, each with its reason."""


def doors(app: Application) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def pages(app: Application) -> set[str]:
    return {door for door in doors(app) if not is_for_programs(door) and not is_ones_own(door)}


def is_for_programs(door: str) -> bool:
    return door.split(" ", 1)[1].startswith(PROGRAMS)


def is_ones_own(door: str) -> bool:
    address = door.split(" ", 1)[1]
    return any(address == own or address.startswith(f"{own}/") for own in PERSONS_OWN)


def twins(page: str) -> tuple[str, ...]:
    """Return the doors of the API that stand for a page: those of the table, else the same address."""
    if page in TWINS:
        return TWINS[page]
    method, address = page.split(" ", 1)
    for name, other in KINDS.items():
        if address == name or address.startswith(f"{name}/"):
            return (f"{method} {other}{address.removeprefix(name)}",)
    return (page,)


def published(door: str) -> str:
    method, address = door.split(" ", 1)
    return f"{method} {API}{address}"


def test_whatever_a_page_does_or_shows_a_program_can_do_or_read(app: Application) -> None:
    there = doors(app)
    alone = {
        page: missing
        for page in pages(app) - WITHOUT_TWIN.keys()
        if (missing := [twin for twin in twins(page) if published(twin) not in there])
    }
    assert alone == {}, "place the page: an API door at the same address, a line in TWINS, or a reason in WITHOUT_TWIN"


def test_the_tables_name_only_pages_that_there_are(app: Application) -> None:
    named = TWINS.keys() | WITHOUT_TWIN.keys()
    assert named - pages(app) == set()
    assert TWINS.keys() & WITHOUT_TWIN.keys() == set()
    assert [page for page, named in TWINS.items() if named == (page,)] == [], "the same address needs no line"


@pytest.mark.parametrize("page", ["POST /authorizations/<uuid:authorization_id>/deny", "POST /jobs/<int:job_id>/retry"])
def test_a_page_without_a_line_is_looked_for_at_its_own_address(app: Application, page: str) -> None:
    assert page not in TWINS
    (twin,) = twins(page)
    assert published(twin) in doors(app)
    assert published(twin.replace("_id>", "_id>/not-there")) not in doors(app)


ASKS_DIFFERENTLY = {
    "POST /people/likely": "whoever takes somebody in looks for the same person, as a search does",
    "POST /people/new/permission": "scripts are read by whoever may read consents",
}


def test_a_deed_of_a_page_and_its_only_twin_ask_for_the_same_permission(app: Application) -> None:
    keeper = {
        f"{method} {rule.rule}": getattr(app.view_functions[rule.endpoint], "permission", None)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    different = {
        page
        for page in pages(app) - WITHOUT_TWIN.keys()
        if not page.startswith("GET")
        and len(only := twins(page)) == 1
        and keeper[page] != keeper.get(published(only[0]))
    }
    assert different == ASKS_DIFFERENTLY.keys()
