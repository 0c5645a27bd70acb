"""A paid loop for the pages that look across it."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from referral.billing import service as billing
from referral.referrals.models import Referral
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, World


@pytest.fixture
def loop(session: Session, world: World, principal_of) -> PaidLoop:
    """Maria, her navigator, the pantry, the lead and the plan."""
    return PaidLoop(session, world, principal_of)


@pytest.fixture
def paid(loop: PaidLoop) -> Referral:
    """Maria's referral after two boxes were delivered, billed, accepted and paid."""
    referral, _ = loop.authorized()
    invoice = loop.with_the_plan(referral, 2, 9)
    billing.decide(loop.session, invoice, by=loop.finance, at=NOW)
    billing.record_payment(
        loop.session, invoice, amount=invoice.approved_amount, paid_on=date(2026, 11, 16), reference="EFT-1",
        by=loop.finance, at=NOW,
    )  # fmt: skip
    loop.session.commit()
    return referral
