"""Facts as the refresh would copy them, for tests of what reports make of them."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral.billing.rules import LineState
from referral.equity.models import CompletenessFact, FactRefresh, InvoiceLineFact, NeedFact, ReferralFact
from referral.equity.rules.cascade import STAGES
from referral.foundation.ids import uuid7
from referral.people.rules import AnswerState, DemographicKind, NeedDomain, SensitivityLevel
from referral.referrals.rules import Channel, Connection, Status
from tests.factories.fixtures import NOW, World

NEED_ON = date(2026, 6, 3)
_number = count(1)


def add_cascade(session: Session, world: World, race: str | None, counts: list[int], **columns: Any) -> None:
    """Add need episodes of a group: as many as reached each of the eight stages, nested."""
    stopped = [here - later for here, later in zip(counts, [*counts[1:], 0], strict=True)]
    for place, people in enumerate(stopped):
        reached = {f"is_{stage}": position <= place for position, stage in enumerate(STAGES)}
        for _ in range(people):
            values = {"language": "en", "plan_id": world.plan.id, "is_asked": False, "is_answered": False}
            session.add(
                NeedFact(
                    episode_id=f"episode-{next(_number)}",
                    network_id=world.network.id,
                    domain=NeedDomain.FOOD,
                    need_on=NEED_ON,
                    level=SensitivityLevel.L1,
                    race_ethnicity=race,
                    **(values | reached | columns),
                )
            )
    session.commit()


def add_referrals(session: Session, world: World, people: int, **columns: Any) -> None:
    """Add sent referrals to the pantry, connected by default."""
    for _ in range(people):
        values: dict[str, Any] = {
            "plan_id": world.plan.id,
            "plan_name": world.plan.name,
            "network_lead_id": world.lead.id,
            "organization_id": world.pantry.id,
            "organization_name": world.pantry.name,
            "service_name": "Food boxes",
            "county": "Wake",
            "status": Status.SERVED,
            "connection": Connection.CONNECTED,
            "sent_on": date(2026, 8, 10),
            "is_counted": True,
            "is_closed": True,
            "is_connected": True,
            "is_confirmed": True,
            "is_withheld": False,
            "level": SensitivityLevel.L1,
        }
        session.add(
            ReferralFact(
                referral_id=uuid7(),
                network_id=world.network.id,
                domain=NeedDomain.FOOD,
                channel=Channel.NETWORK,
                **(values | columns),
            )
        )
    session.commit()


def add_lines(session: Session, world: World, lines: int, *, plan_id: UUID | None = None, **columns: Any) -> None:
    """Add paid invoice lines of ten dollars."""
    for _ in range(lines):
        values: dict[str, Any] = {
            "county": "Wake",
            "status": LineState.PAID,
            "billed": Decimal("10.00"),
            "paid": Decimal("9.50"),
            "service_code": "food-box",
            "service_name": "Food box",
        }
        session.add(
            InvoiceLineFact(
                line_id=uuid7(),
                invoice_id=uuid7(),
                network_id=world.network.id,
                plan_id=plan_id or world.plan.id,
                plan_name=world.plan.name,
                network_lead_id=world.lead.id,
                organization_id=world.pantry.id,
                organization_name=world.pantry.name,
                delivered_on=date(2026, 8, 10),
                **(values | columns),
            )
        )
    session.commit()


def add_completeness(session: Session, world: World, **people: int) -> None:
    """Add how many people answered the question about race and ethnicity, declined, and so on."""
    for state, how_many in people.items():
        session.add(
            CompletenessFact(
                id=uuid7(),
                network_id=world.network.id,
                plan_id=world.plan.id,
                question=DemographicKind.RACE_ETHNICITY,
                state=AnswerState(state),
                people=how_many,
            )
        )
    session.commit()


def add_refresh(session: Session) -> None:
    """Say that the facts were copied now."""
    session.merge(FactRefresh(id=1, refreshed_at=NOW))
    session.commit()
