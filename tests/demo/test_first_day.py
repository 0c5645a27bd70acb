"""Whoever signs in on the first day finds work waiting; some were sent to places that have no account."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from referral.accounts import service as accounts
from referral.accounts.models import Membership, User
from referral.demo.network import FOUNDER, INVENTED
from referral.demo.staff import SIGN_INS
from referral.desk.queries.home import home
from referral.foundation.database import Database
from referral.foundation.settings import Settings
from referral.organizations.models import Organization
from referral.permissions import GRANTS
from referral.referrals.models import Referral
from referral.referrals.rules import Channel
from tests.demo.conftest import founded
from tests.factories.fixtures import NOW

pytestmark = pytest.mark.full
WORK = {
    "nora": {"Waiting for an answer", "Being helped"},
    "carla": {"New in the inbox", "Deliveries to bill"},
    "leo": {"Invoices to review"},
    "paula": {"Service authorizations to decide"},
    "finn": {"Invoices to decide", "Invoices to pay"},
    "stella": {"Referrals to report on"},
    "ada": {"Texts not sent"},
}
"""What must wait on the home page of everybody whose sign-in is printed."""


@pytest.fixture(scope="module")
def first_hundred(settings: Settings, worker_id: str) -> Iterator[Database]:
    """The town with as many people as are there when a visitor first looks around."""
    with founded(f"referral_test_hundred_{worker_id}", processes=1, people=100) as database:
        yield database


@pytest.mark.parametrize("email", [email for _, email, _ in SIGN_INS])
def test_work_waits_for_every_role(first_hundred: Database, email: str) -> None:
    with first_hundred.transaction(FOUNDER) as session:
        membership = session.scalars(select(Membership).join(User).where(User.email == email)).unique().one()
        asker = accounts.principal_of_membership(membership, GRANTS)
    with first_hundred.transaction(asker) as session:
        tiles = {tile.label: tile.figure for tile in home(session, by=asker, at=NOW).tiles}
    assert WORK[email.split("@", maxsplit=1)[0]] <= {label for label, figure in tiles.items() if figure}, tiles


def test_some_people_were_sent_to_places_without_an_account(first_hundred: Database) -> None:
    with first_hundred.transaction(FOUNDER) as session:
        query = select(Organization.source, func.count()).join(
            Referral, Referral.receiving_organization_id == Organization.id
        )
        elsewhere = query.where(Referral.channel == Channel.OFF_PLATFORM).group_by(Organization.source)
        counts = dict(session.execute(elsewhere).all())
        everybody = session.scalar(select(func.count()).select_from(Referral)) or 0
    assert counts.keys() == {INVENTED}
    assert 0.01 < counts[INVENTED] / everybody < 0.2
