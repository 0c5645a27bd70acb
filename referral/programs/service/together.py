"""Decisions about several service authorizations at once."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from referral.foundation.principal import Principal
from referral.foundation.ticked import Outcome, Tick, do_each
from referral.programs.service.authorizations import open_authorization
from referral.programs.service.decisions import approve


def approve_each(session: Session, ticks: Iterable[Tick], *, by: Principal, at: datetime) -> list[Outcome]:
    """Approve, as requested, each that may be approved; every one by the same verb and with its own audit event."""
    opened = partial(open_authorization, session, by=by, at=at)
    return do_each(session, ticks, opened, lambda one: approve(session, one, by=by, at=at))
