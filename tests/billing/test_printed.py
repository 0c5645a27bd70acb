"""The printed tables of paid services cannot lag behind the rules."""

from pathlib import Path

from referral.billing.rules import SENTENCES, ReasonCode
from referral.billing.rules.printed import paid_services_page

PRINTED = Path(__file__).parents[2] / "docs" / "paid_services.md"


def test_the_printed_page_is_what_the_rules_say() -> None:
    assert PRINTED.read_text(encoding="utf-8") == paid_services_page(), (
        "print it again: python -m referral.billing.rules.printed > docs/paid_services.md"
    )


def test_every_reason_has_a_plain_sentence() -> None:
    assert set(SENTENCES) == set(ReasonCode)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
