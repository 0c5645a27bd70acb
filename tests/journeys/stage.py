"""Where the journeys take place: a small network in a database of its own, pages and worker over it, and one clock."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select
from werkzeug.serving import make_server

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.app import create_app, handlers
from referral.billing import service as billing
from referral.directory.models import ZipPlace
from referral.directory.service import Site, add_service, load_words
from referral.equity import service as equity
from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.settings import Settings
from referral.organizations.models import Contract, Organization
from referral.organizations.rules import Role
from referral.people.models import Person
from referral.people.rules import NeedCategory
from referral.programs import service as programs
from referral.referrals.models import Referral
from referral.screening import service as screening
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, PASSWORD, SEED, World, make_world
from tests.messaging.twin import TwilioTwin

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "seed"
PROGRAM = SHIPPED / "programs" / "healthy_opportunities"
GREENVILLE = {"zip5": "27834", "city": "Greenville", "state": "NC", "county": "Pitt", "kind": "STANDARD"}
"""In a county of the program."""
DRAIN_AT_MOST = 500


@dataclass
class Hour:
    """The time on the stage: pages, worker and test read the same one."""

    now: datetime = NOW

    def go_to(self, moment: datetime) -> None:
        """Move on to a later moment."""
        self.now = moment
        clock.stand_at(moment)

    def pass_by(self, **span: int) -> None:
        """Let minutes, hours or days pass."""
        self.go_to(self.now + timedelta(**span))


@dataclass
class Stage:
    """Everything a journey needs at hand."""

    database: Database
    settings: Settings
    app: Application
    twin: TwilioTwin
    hour: Hour
    staff: dict[str, Principal] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return where the pages are."""
        return self.settings.public_base_url

    def work(self) -> int:
        """Let the worker do what is due; a job that failed fails the journey."""
        done = jobs.drain(self.database, handlers(self.settings, self.database), limit=DRAIN_AT_MOST)
        with self.database.transaction(SEED) as session:
            failed = session.scalars(select(jobs.Job).where(jobs.Job.last_error.is_not(None))).all()
            assert [(job.task, job.last_error) for job in failed] == []
        return done

    def copy_figures(self) -> None:
        """Copy the facts that reports count, as the clock does every half hour."""
        with self.database.transaction(SEED) as session:
            equity.refresh_facts(session, at=clock.now())

    def referral_of(self, family_name: str) -> Referral:
        """Return the one referral of the person with this family name."""
        with self.database.transaction(SEED) as session:
            by_name = select(Referral).join(Person, Person.id == Referral.person_id)
            return session.scalars(by_name.where(Person.family_name == family_name)).one()

    def texts_to(self, phone: str) -> list[str]:
        """Return the texts that the carrier took for a number, the oldest first."""
        return [message["body"] for message in self.twin.messages if message["to"] == phone]


@contextmanager
def standing(database: Database, settings: Settings) -> Iterator[Stage]:
    """Build the small network, and serve it until the journey ends."""
    hour = Hour()
    with TwilioTwin(clock=lambda: hour.now) as twin, _served(hour) as (address, serve):
        settings = replace(
            settings,
            database_url=database.url,
            public_base_url=address,
            twilio_account_sid=twin.account_sid,
            twilio_auth_token=twin.auth_token,
            twilio_from=twin.number,
            twilio_api_base=twin.base_url,
        )
        app = create_app(settings, database)
        serve(app)
        stage = Stage(database, settings, app, twin, hour)
        with database.transaction(SEED) as session:
            _furnish(make_world(session), stage)
        yield stage


@contextmanager
def _served(hour: Hour) -> Iterator[tuple[str, "_Door"]]:
    """Open a port whose every answer is made at the stage's hour."""
    door = _Door(hour)
    server = make_server("127.0.0.1", 0, door.answer, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Door:
    """The WSGI door: the application comes in once its own address is known."""

    def __init__(self, hour: Hour) -> None:
        self.hour = hour
        self.app: Application | None = None

    def __call__(self, app: Application) -> None:
        self.app = app

    def answer(self, environ, start_response) -> Iterable[bytes]:
        """Answer one request at the stage's hour, to the last byte."""
        with clock.standing_at(self.hour.now):
            answer = self.app(environ, start_response)
            try:
                yield from answer
            finally:
                if hasattr(answer, "close"):
                    answer.close()


def _furnish(world: World, stage: Stage) -> None:
    """Bring in what an operator sets up: places, words, questions, the program, a service, accounts."""
    session = world.session
    session.add(ZipPlace(**GREENVILLE, latitude=35.6127, longitude=-77.3664, timezone="America/New_York"))
    session.flush()
    load_words(session, SHIPPED)
    screening.load_instruments(session, SHIPPED / "instruments", by=SEED, at=NOW)
    program = programs.load_program(session, PROGRAM, network_id=world.network.id, by=SEED, at=NOW)
    billing.load_fee_schedule(session, program, PROGRAM, by=SEED, at=NOW)
    contract = session.scalars(select(Contract).where(Contract.organization_id == world.pantry.id)).one()
    programs.cover_services(session, contract, program, ["FOO-BOXD"], by=SEED, at=NOW)
    programs.set_budget(
        session,
        program,
        plan_id=world.plan.id,
        starts_on=date(2026, 7, 1),
        ends_on=date(2027, 6, 30),
        allocation=Decimal(100_000),
        by=SEED,
        at=NOW,
    )
    add_service(
        session,
        world.pantry,
        name="Healthy food boxes",
        description="A box of groceries, brought to the door.",
        categories=[NeedCategory.FOOD_INSECURITY],
        site=Site(zip5="27834", city="Greenville", address_1="100 Example Street", name="Helping Hands"),
        languages=["en", "es"],
        counties=["NC Pitt"],
        by=SEED,
        at=NOW,
    )
    hire = (
        ("nora", world.center, (Role.NAVIGATOR,)),
        ("carla", world.pantry, (Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER)),
        ("leo", world.lead, (Role.NETWORK_LEAD,)),
        ("paula", world.plan, (Role.PLAN_CARE_MGR, Role.PLAN_ANALYST)),
        ("finn", world.plan, (Role.PLAN_FINANCE,)),
        ("sid", world.shelter, (Role.CBO_INTAKE, Role.CBO_ADMIN)),
        ("ada", world.center, (Role.SYSADMIN,)),
    )
    for name, organization, roles in hire:
        membership = _hire(world, name, organization, roles)
        stage.staff[name] = accounts.principal_of_membership(membership, stage.app.extensions["grants"])
        stage.tokens[name] = accounts.make_token(session, membership, name="journey", by=SEED, at=NOW)


def _hire(world: World, name: str, organization: Organization, roles: tuple[Role, ...]) -> Membership:
    user = accounts.add_user(
        world.session, email=f"{name}@example.org", name=name.capitalize(), password=PASSWORD, by=SEED, at=NOW
    )
    return accounts.add_membership(
        world.session, user, organization, network_id=world.network.id, roles=roles, by=SEED, at=NOW
    )
