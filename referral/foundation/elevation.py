"""The one way to look, for a few lines, through other eyes than the asker's, and to be the asker again after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from referral.foundation.database import become, principal_of
from referral.foundation.principal import Face, Principal, system
from referral.foundation.refusals import Refused


@contextmanager
def seeing_all(session: Session, job: str) -> Iterator[None]:
    """Act as the named system job inside the block; what is read there may decide, but is not shown to the asker.

    Caps count a member over plans that know nothing of each other, and a search must find whom the asker may not open.
    What only the block could see leaves the session with it, so that no later line finds it by its id.
    """
    within_reach = set(session.identity_map.keys())
    with _through_the_eyes_of(session, system(job)):
        yield
    for record in list(session):
        if inspect(record).key not in within_reach:
            session.expunge(record)


@contextmanager
def as_reporter(session: Session) -> Iterator[None]:
    """See facts without names and nothing else inside the block: the asker keeps their name and changes their face."""
    with _through_the_eyes_of(session, replace(principal_of(session), face=Face.REPORT)):
        yield


@contextmanager
def _through_the_eyes_of(session: Session, other: Principal) -> Iterator[None]:
    asker = principal_of(session)
    session.flush()
    become(session, other)
    try:
        yield
        session.flush()
    except Refused:
        become(session, asker)
        raise
    except BaseException:
        # The transaction is lost; the next one names the asker again by itself.
        session.info["principal"] = asker
        raise
    become(session, asker)
