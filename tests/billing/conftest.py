"""Fixtures of the money."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.principal import Principal
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import World


@pytest.fixture
def paid(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> PaidLoop:
    """A pantry with a contract, Maria with a plan that pays, and everybody who handles the bill."""
    return PaidLoop(session, world, principal_of)
