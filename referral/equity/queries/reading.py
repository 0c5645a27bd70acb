"""Reading facts as the reporting role: for the length of a block the transaction sees facts and nothing else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import ibis
from sqlalchemy import Row
from sqlalchemy.orm import Session

from referral.foundation.database import become, principal_of
from referral.foundation.principal import Face


@contextmanager
def as_reporter(session: Session) -> Iterator[Session]:
    """Put the face of the reporting role on, and take it off again.

    After an error nothing is taken off: the transaction is lost, and the next one names its principal anew.
    """
    asker = principal_of(session)
    become(session, replace(asker, face=Face.REPORT))
    session.connection()
    yield session
    become(session, asker)


def counted(session: Session, expression: ibis.Table) -> Sequence[Row[*tuple[Any, ...]]]:
    """Run an Ibis expression in the session's transaction and return its rows."""
    statement = str(ibis.to_sql(expression, dialect="postgres"))
    return session.connection().exec_driver_sql(statement).all()
