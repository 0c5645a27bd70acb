"""Every worked case, driven through the engine as the services drive it."""

import pytest

from referral.billing.rules import adjudicate
from tests.billing.worked_cases import Case, as_expected, claim_of, load, terms_of

INVOICES = load("invoice")


@pytest.mark.parametrize("case", INVOICES, ids=[f"{case['id']} {case['title']}" for case in INVOICES])
def test_an_invoice_is_decided_as_the_worked_case_says(case: Case) -> None:
    answer = adjudicate(claim_of(case), terms_of(case))

    assert as_expected(answer, case["expected"]) == case["expected"]


def test_the_file_holds_cases_of_every_type() -> None:
    sizes = {kind: len(load(kind)) for kind in ("invoice", "region_check", "authorization_request", "audit_check")}

    assert all(sizes.values())
    assert sum(sizes.values()) >= 63
