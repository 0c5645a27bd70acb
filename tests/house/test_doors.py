"""Every door has a keeper, and every keeper is somebody's."""

from enum import StrEnum

from referral.organizations.rules import Role
from referral.web import guard
from referral.web.transaction import Application

OPEN_TO_EVERYBODY = {
    "health.healthz",
    "health.readyz",
    "accounts.sign_in",
    "accounts.open_session",
    "accounts.other_ways",
    "accounts.link",
    "accounts.use_link",
    "accounts.with_organization",
    "accounts.back",
    "api-docs.openapi_json",
    "twilio.status",
    "twilio.inbound",
    "directory.texted_list",
    "fhir.metadata",
    "people.link",
    "people.act",
    "own.page",
    "own.do",
}
"""Sign-in, health, and doors that check a signature of their own: at most fifteen addresses, files aside."""


NAMES_OF_OTHERS = {"link_id"}
"""Names that a standard gives: a FHIR Questionnaire's linkId is a path, not a record of ours."""


def permissions(app: Application) -> dict[str, StrEnum | str | None]:
    return {endpoint: guard.permission_of(app, endpoint) for endpoint in app.view_functions}


def test_every_endpoint_declares_who_may_come_in(app: Application) -> None:
    assert guard.undeclared(app) == []


def test_doors_without_a_keeper_are_few_and_known(app: Application) -> None:
    unguarded = {endpoint for endpoint, permission in permissions(app).items() if permission is None} - {"static"}
    assert unguarded <= OPEN_TO_EVERYBODY
    assert len({rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in unguarded}) <= 15


def test_every_permission_of_a_door_is_held_by_some_role(app: Application) -> None:
    asked = set(permissions(app).values()) - {None, "signed-in", "sign-in-begun"}
    assert asked <= set(app.extensions["grants"])


def test_permissions_read_aloud_and_are_granted_to_roles_there_are(app: Application) -> None:
    for permission, roles in app.extensions["grants"].items():
        assert permission.value.count(":") >= 1, permission
        assert roles <= set(Role), permission


def test_a_get_never_shares_its_address_with_another_view(app: Application) -> None:
    seen: dict[tuple[str, str], str] = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert seen.setdefault((rule.rule, method), rule.endpoint) == rule.endpoint


def test_ids_in_addresses_are_uuids(app: Application) -> None:
    loose = [
        rule.rule
        for rule in app.url_map.iter_rules()
        for name, converter in rule._converters.items()
        if name.endswith("_id")
        and name not in NAMES_OF_OTHERS
        and type(converter).__name__ not in {"UUIDConverter", "IntegerConverter"}
    ]
    assert loose == []
