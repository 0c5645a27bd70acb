"""The CapabilityStatement says exactly what there is."""

import re

from referral.exchange.fhir.searching import searched
from referral.web.transaction import Application
from tests.exchange.conftest import FHIR_JSON, Fhir
from tests.factories.referrals import Loop

DOOR = re.compile(r"/fhir/R4/(\w+)(/<uuid:\w+>)?")
INTERACTIONS = {("GET", True): "read", ("GET", False): "search-type", ("PUT", True): "update"}


def there(app: Application) -> set[tuple[str, str]]:
    """Return the (type, interaction) of every FHIR door."""
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/fhir/") and rule.rule != "/fhir/R4/metadata":
            door = DOOR.fullmatch(rule.rule)
            assert door is not None, rule.rule
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found |= {(door[1], INTERACTIONS[method, door[2] is not None]) for method in methods}
    return found


def test_the_statement_lists_the_doors_that_there_are(app: Application, loop: Loop, fhir: Fhir) -> None:
    answer = fhir(loop.staff["intake"], "/metadata")
    assert (answer.status_code, answer.content_type) == (200, FHIR_JSON)
    (rest,) = answer.json["rest"]
    listed = {(one["type"], act["code"]) for one in rest["resource"] for act in one["interaction"]}
    assert listed == there(app)
    assert (answer.json["fhirVersion"], answer.json["kind"]) == ("4.0.1", "instance")
    assert answer.json["implementation"]["url"].endswith("/fhir/R4")


def test_a_program_reads_it_before_it_signs_in(app: Application) -> None:
    answer = app.test_client().get("/fhir/R4/metadata", headers={"Accept": FHIR_JSON})
    assert (answer.status_code, answer.content_type, answer.json["resourceType"]) == (
        200,
        FHIR_JSON,
        "CapabilityStatement",
    )


def test_the_parameters_that_it_lists_are_the_ones_that_are_understood(loop: Loop, fhir: Fhir) -> None:
    (rest,) = fhir(loop.staff["intake"], "/metadata").json["rest"]
    (task,) = [one for one in rest["resource"] if one["type"] == "Task"]
    listed = [one["name"] for one in task["searchParam"]]
    search = searched([(name, "x") for name in listed], base="https://example.org/fhir/R4")
    assert search.unknown == []
    others = ("_lastUpdated", "output", "intent", "_sort", "_summary")
    assert searched([(name, "x") for name in others], base="").unknown == list(others)
    assert (task["versioning"], task["searchInclude"]) == ("versioned-update", ["Task:focus"])
