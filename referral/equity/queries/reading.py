"""Counting facts: an Ibis expression runs in the transaction of whoever reads."""

from collections.abc import Sequence
from typing import Any

import ibis
from sqlalchemy import Row
from sqlalchemy.orm import Session


def counted(session: Session, expression: ibis.Table) -> Sequence[Row[*tuple[Any, ...]]]:
    """Run an Ibis expression in the session's transaction and return its rows."""
    statement = str(ibis.to_sql(expression, dialect="postgres"))
    return session.connection().exec_driver_sql(statement).all()
