"""The OpenAPI document is open to everybody, also while forms are guarded."""

from referral.app import create_app
from referral.foundation.database import Database
from referral.foundation.settings import Settings


def test_the_document_is_served_without_a_sign_in_and_names_every_path(settings: Settings, database: Database) -> None:
    guarded = create_app(settings, database)
    response = guarded.test_client().get("/openapi.json")
    assert response.status_code == 200
    assert response.json["openapi"].startswith("3.1")
    published = {rule.rule for rule in guarded.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert len(response.json["paths"]) == len(published)
