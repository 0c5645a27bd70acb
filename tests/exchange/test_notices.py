"""What is sensitive in FHIR: the notice of 42 CFR Part 2 with every answer, and safety only for who is cleared."""

from datetime import timedelta

from referral.exchange.fhir.systems import TEMPORARY_CODES
from referral.foundation import clock
from referral.people.rules import ConsentScope
from referral.people.rules.part2 import shipped_notice
from referral.referrals.models import Referral
from tests.exchange.conftest import Fhir
from tests.factories.fixtures import NOW
from tests.factories.levels import PHONE, SensitiveLoop
from tests.factories.referrals import Loop

LABELS = ["R", "42CFRPart2", "NORDSCLCD"]
PROHIBITED = "contacting-subject-prohibited"


def labels(resource: dict) -> list[str]:
    return [label["code"] for label in resource.get("meta", {}).get("security", [])]


def test_a_task_that_discloses_substance_use_carries_the_notice_and_what_it_rests_on(
    sensitive: SensitiveLoop, fhir: Fhir
) -> None:
    referral = sensitive.sent_l2()
    notice = shipped_notice().text.split()[0]
    for kind in ("Task", "ServiceRequest"):
        read = fhir(sensitive.staff["intake"], f"/{kind}/{referral.id}").json
        assert labels(read) == LABELS
        assert notice in read["text"]["div"]
        assert "The person agreed (on signed paper) that Helping Hands Pantry may receive this" in read["text"]["div"]
        assert read["text"]["status"] == "additional"


def test_a_list_carries_the_notice_once_and_labels_what_is_restricted(sensitive: SensitiveLoop, fhir: Fhir) -> None:
    sensitive.allow()
    plain = sensitive.send()
    restricted = sensitive.sent_l2()
    bundle = fhir(sensitive.staff["intake"], "/Task").json
    *tasks, notice = bundle["entry"]
    found = {one["resource"]["id"]: labels(one["resource"]) for one in tasks}
    assert found == {str(plain.id): [], str(restricted.id): LABELS}
    assert labels(bundle) == LABELS
    assert (notice["search"]["mode"], notice["resource"]["resourceType"]) == ("outcome", "OperationOutcome")
    assert shipped_notice().text in {issue["details"]["text"] for issue in notice["resource"]["issue"]}


def test_what_is_not_sensitive_carries_no_notice(loop: Loop, fhir: Fhir, sent: Referral) -> None:
    for path in (f"/Task/{sent.id}", f"/ServiceRequest/{sent.id}", "/Task"):
        read = fhir(loop.staff["intake"], path).json
        assert (labels(read), read.get("text")) == ([], None)


def test_a_task_that_was_moved_carries_the_notice_too(sensitive: SensitiveLoop, put: Fhir) -> None:
    referral = sensitive.sent_l2(taken=False)
    assert labels(put(sensitive.staff["intake"], referral.id, status="accepted").json) == LABELS


def test_each_reads_by_fhir_what_the_api_lets_them_read_and_nothing_else(sensitive: SensitiveLoop, fhir: Fhir) -> None:
    for level, parties in (("l2", {"navigator", "intake", "admin", "biller"}), ("l3", {"navigator", "cleared"})):
        referral = sensitive.sent_l2() if level == "l2" else sensitive.sent_l3()
        for kind in ("Task", "ServiceRequest"):
            answers = {who: fhir(one, f"/{kind}/{referral.id}") for who, one in sensitive.everybody().items()}
            assert {who for who, answer in answers.items() if answer.status_code == 200} == parties
            assert {answer.status_code for who, answer in answers.items() if who not in parties} <= {403, 404}


def test_who_only_bills_sees_that_something_was_served_and_not_what(sensitive: SensitiveLoop, fhir: Fhir) -> None:
    referral = sensitive.sent_l2()
    read = fhir(sensitive.staff["biller"], f"/ServiceRequest/{referral.id}").json
    assert read["code"]["extension"][0]["valueCode"] == "masked"
    assert [one["coding"][0]["system"] for one in read["category"]] == ["http://snomed.info/sct"]
    assert "stress" not in str(read).lower()


def test_a_withdrawn_consent_closes_it_at_the_next_request(sensitive: SensitiveLoop, fhir: Fhir) -> None:
    referral = sensitive.sent_l3()
    assert fhir(sensitive.staff["cleared"], f"/Task/{referral.id}").status_code == 200
    with clock.standing_at(NOW + timedelta(days=30)):
        assert fhir(sensitive.staff["cleared"], f"/Task/{referral.id}").status_code == 404


def test_nobody_is_told_to_call_where_no_contact_is_known_to_be_safe(sensitive: SensitiveLoop, fhir: Fhir) -> None:
    sensitive.person.email = "maria@example.org"
    referral = sensitive.sent_l3()
    cleared = sensitive.staff["cleared"]
    request = fhir(cleared, f"/ServiceRequest/{referral.id}")
    assert request.json["orderDetail"][0]["coding"][0] == {
        "system": TEMPORARY_CODES,
        "code": PROHIBITED,
        "display": "Contacting Subject Prohibited",
    }
    for kind in ("Task", "ServiceRequest"):
        text = fhir(cleared, f"/{kind}/{referral.id}").text
        assert PHONE not in text
        assert "maria@example.org" not in text
    sensitive.person.safe_channels, sensitive.person.safe_confirmed_at = ["voice"], NOW
    sensitive.session.commit()
    again = fhir(cleared, f"/ServiceRequest/{referral.id}").json
    assert "orderDetail" not in again
    assert again["contained"][0]["telecom"] == [{"system": "phone", "value": PHONE}]


def test_a_record_offers_only_the_ways_that_the_person_called_safe(sensitive: SensitiveLoop, fhir: Fhir) -> None:
    person = sensitive.person
    person.email, path = "maria@example.org", f"/Patient/{person.id}"
    person.safe_channels, person.safe_confirmed_at = ["email"], NOW
    sensitive.release(ConsentScope.REFERRAL_SHARE, sensitive.world.pantry)
    sensitive.session.commit()
    read = fhir(sensitive.staff["navigator"], path).json
    assert read["telecom"] == [{"system": "email", "value": "maria@example.org"}]
    person.safe_confirmed_at = None
    sensitive.session.commit()
    named = {one["system"] for one in fhir(sensitive.staff["navigator"], path).json["telecom"]}
    assert named == {"phone", "email"}, "nobody asked about safety yet"
