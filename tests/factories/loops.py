"""Fixtures of the loop, shared by whoever tests what becomes of a referral."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from referral.referrals.models import Referral
from tests.factories.fixtures import World
from tests.factories.referrals import Loop


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Loop:
    """A navigator, a pantry and Maria, who needs food and agreed to keep her record."""
    return Loop(session, world, principal_of)


@pytest.fixture
def sent(loop: Loop) -> Referral:
    """Maria's need for food, sent to the pantry with a note."""
    loop.allow()
    referral = loop.send(note="Ring twice")
    loop.session.commit()
    return referral
