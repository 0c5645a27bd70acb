"""The database: one base class, column kinds, and sessions that always name their principal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Numeric,
    SmallInteger,
    Text,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, mapped_column

from referral.foundation.ids import uuid7
from referral.foundation.principal import Principal, PrincipalKind

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _values(vocabulary: type[Enum]) -> list[str]:
    return [str(word.value) for word in vocabulary]


class EnumNumber(TypeDecorator[IntEnum]):
    """An IntEnum stored as smallint, so that policies can compare it."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Store the number; refuses one that is not of the vocabulary."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Read the number back as its member."""
        return None if value is None else self.kind(value)


Id = Annotated[UUID, mapped_column(primary_key=True, default=uuid7)]
"""Primary key of a record: UUIDv7, known before the flush."""
Money = Annotated[Decimal, mapped_column(Numeric(12, 2))]
"""An amount in US dollars."""
UnitPrice = Annotated[Decimal, mapped_column(Numeric(12, 4))]
"""A price of one unit in US dollars."""


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        UUID: Uuid,
        datetime: DateTime(timezone=True),
        date: Date,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: ARRAY(Text),
        StrEnum: SqlEnum(StrEnum, native_enum=False, create_constraint=False, length=60, values_callable=_values),
    }


LOST_RACES = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock (PostgreSQL's appendix A): the same work, done again, may well succeed."""


class MissingPrincipal(RuntimeError):
    """A transaction began without saying who asks; nothing may be read or written then."""


class Database:
    """The connection pool, and sessions that name their principal in every transaction."""

    def __init__(self, url: str, *, role: str = "referral_app", statement_timeout_ms: int = 15_000) -> None:
        self.url = url
        self.role = role
        self.engine = _engine(url, role, statement_timeout_ms)
        self.bind: Engine | Connection = self.engine

    def session(self, principal: Principal) -> Session:
        """Return a new session that acts for the principal."""
        return Session(
            bind=self.bind,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={"principal": principal},
        )

    @contextmanager
    def transaction(self, principal: Principal) -> Iterator[Session]:
        """Run one transaction for the principal: committed at the end, rolled back when anything raises."""
        with self.session(principal) as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def lost_a_race(error: DBAPIError) -> bool:
    """Whether the transaction was undone for another's sake, so that it is worth doing once more."""
    return getattr(error.orig, "sqlstate", None) in LOST_RACES


def become(session: Session, principal: Principal) -> None:
    """Name another principal in the running transaction (after sign-in was checked)."""
    session.info["principal"] = principal
    if session.in_transaction():
        _name_principal(session, session.connection())


def principal_of(session: Session) -> Principal:
    """Return who the session acts for; raises MissingPrincipal."""
    principal = session.info.get("principal")
    if not isinstance(principal, Principal):
        raise MissingPrincipal("This transaction does not say who asks.")
    return principal


def _name_principal(session: Session, connection: Connection) -> None:
    settings = principal_of(session).database_settings()
    calls = ", ".join(f"set_config('{name}', :v{n}, true)" for n, name in enumerate(settings))
    connection.execute(text(f"SELECT {calls}"), {f"v{n}": value for n, value in enumerate(settings.values())})


@event.listens_for(Session, "after_begin")
def _after_begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        _name_principal(session, connection)


SENSITIVE_LEVEL = 2
"""Records of this level never leave without the notice that the law asks for."""
SAY_NOTHING = frozenset({"access_grant", "consent", "message", "question", "ledger_entry"})
"""Tables that copy a level for row-level security; what they hold is neutral, or is the consent itself."""


def note_sensitive(session: Session, person_id: UUID) -> None:
    """Note that the session shows its asker something sensitive of the person; for queries that load columns.

    What the person reads of themselves is no disclosure (42 CFR 2.23): no notice travels with it.
    """
    if principal_of(session).kind not in {PrincipalKind.SYSTEM, PrincipalKind.LINK}:
        session.info.setdefault("sensitive", set()).add(person_id)


def sensitive_in(session: Session) -> set[UUID]:
    """Return of whom the session has loaded something sensitive for its asker."""
    found: set[UUID] = session.info.get("sensitive", set())
    return found


@event.listens_for(Session, "loaded_as_persistent")
@event.listens_for(Session, "pending_to_persistent")
def _note_sensitive(session: Session, record: Any) -> None:
    """Note it by itself, so that no page and no program can forget what must travel with it."""
    known = record.__dict__
    if known.get("level") == SENSITIVE_LEVEL and "person_id" in known and record.__tablename__ not in SAY_NOTHING:
        note_sensitive(session, known["person_id"])


PATIENCE = {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds after which a server that is gone without a word counts as gone (libpq's parameters)."""


JOINS_TO_ORDER = 4
"""How many joins the planner tries in every order: a list of nine tables was planned in 12 ms and read in 3."""


def _limits(statement_timeout_ms: int) -> str:
    """Return what one connection may cost the others: time a statement, a plan, at a lock, and doing nothing."""
    idle_ms = max(60_000, statement_timeout_ms)
    return (
        f"-c statement_timeout={statement_timeout_ms} -c lock_timeout=2000"
        f" -c idle_in_transaction_session_timeout={idle_ms} -c timezone=UTC"
        f" -c join_collapse_limit={JOINS_TO_ORDER}"
    )


def _engine(url: str, role: str, statement_timeout_ms: int) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,  # what was sent could be a name, and an error is written to a log
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_size=8,
        max_overflow=8,
        pool_timeout=10,
        connect_args={**PATIENCE, "options": _limits(statement_timeout_ms)},
    )

    @event.listens_for(engine, "connect")
    def _take_role(connection: Any, _record: Any) -> None:
        """Step down to the role, whoever signed in: the program never works as owner or superuser."""
        connection.execute(f"SET ROLE {role}")
        connection.commit()

    return engine
