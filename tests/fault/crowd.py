"""Many referrals that are due to expire, copied from one that was sent; and what became of them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from referral.accounts import service as accounts
from referral.foundation.database import Database
from referral.foundation.jobs import Job
from referral.permissions import GRANTS
from referral.referrals.models import Referral, StatusChange
from referral.referrals.rules import Status
from tests.factories.fixtures import SEED, make_world
from tests.factories.referrals import Loop

_CROWD = """
CREATE TABLE crowd AS SELECT n, gen_random_uuid() AS new_person, gen_random_uuid() AS new_need,
  gen_random_uuid() AS new_referral FROM generate_series(1, :size) AS n
"""
_DUE = (
    "'id', new_referral, 'need_id', new_need, 'person_id', new_person, 'number', 'X-' || n,"
    " 'due_at', now() - interval '1 hour', 'sent_at', now() - interval '9 days'"
)
_COPY = """
INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(one) || jsonb_build_object({changes}))).*
FROM {table} AS one CROSS JOIN crowd WHERE one.id = :id
"""
_JOBS = """
INSERT INTO job (key, task, arguments, run_at, attempts)
SELECT 'crowd-' || n, 'referral.expire', jsonb_build_object('referral_id', new_referral), now(), 0
FROM crowd WHERE n > :after AND n <= :until
"""


@dataclass
class Crowd:
    """So many sent referrals whose time is up, each of a person of its own."""

    database: Database
    loop: Loop
    size: int

    def make_due(self, after: int, until: int) -> None:
        """Add the jobs that expire the referrals with these numbers."""
        with self.database.transaction(SEED) as session:
            session.execute(text(_JOBS), {"after": after, "until": until})

    def left(self, task: str = "%") -> int:
        """Return how many jobs are neither done nor dead: all, follow-ups included, or those of one task."""
        is_open = (Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_at <= func.now())
        waiting = select(func.count()).where(*is_open, Job.task.like(task))
        with self.database.transaction(SEED) as session:
            return session.scalar(waiting) or 0

    def report(self) -> dict[str, int]:
        """Count what became of the referrals: moved once, lost, moved twice; and jobs that died."""
        moves = (
            select(Referral.id, Referral.status, func.count(StatusChange.id).label("moves"))
            .outerjoin(
                StatusChange, (StatusChange.referral_id == Referral.id) & (StatusChange.to_status == Status.EXPIRED)
            )
            .where(Referral.number.like("X-%"))
            .group_by(Referral.id, Referral.status)
        )
        with self.database.transaction(SEED) as session:
            rows: list[Any] = list(session.execute(moves))
            dead = session.scalar(select(func.count()).where(Job.dead_at.is_not(None))) or 0
            followed = session.scalar(
                select(func.count()).where(Job.task == "referral.closed", Job.done_at.is_not(None))
            )
        return {
            "once": sum(row.moves == 1 and row.status is Status.EXPIRED for row in rows),
            "lost": sum(row.moves == 0 or row.status is not Status.EXPIRED for row in rows),
            "twice": sum(row.moves > 1 for row in rows),
            "followed_up": followed or 0,
            "dead": dead,
        }


def gather(database: Database, size: int) -> Crowd:
    """Let one referral be sent through the verbs, and copy it with its person and need."""
    with database.session(SEED) as session:
        loop = Loop(session, make_world(session), lambda member: accounts.principal_of_membership(member, GRANTS))
        loop.allow()
        referral = loop.send()
        session.commit()
    copies = {
        "person": (referral.person_id, "'id', new_person, 'number', 'P-X' || n"),
        "need": (referral.need_id, "'id', new_need, 'person_id', new_person"),
        "referral": (referral.id, _DUE),
    }
    with database.engine.begin() as connection:
        connection.execute(text("RESET ROLE"))
        connection.execute(text(_CROWD), {"size": size})
        connection.execute(text("GRANT SELECT ON crowd TO referral_system"))
        for table, (source, changes) in copies.items():
            connection.execute(text(_COPY.format(table=table, changes=changes)), {"id": source})
        connection.execute(text("ANALYZE"))
    return Crowd(database, loop, size)
