"""Fixtures of the loop."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from tests.factories.fixtures import World
from tests.factories.referrals import Loop


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Loop:
    """A navigator, a pantry and Maria, who needs food and agreed to keep her record."""
    return Loop(session, world, principal_of)
