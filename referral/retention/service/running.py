"""The run: each class one plain function that removes up to one batch and says which records it removed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral.accounts import service as accounts
from referral.audit import service as audit
from referral.foundation import kept_answers
from referral.foundation.principal import system
from referral.messaging.models import Message, Question
from referral.messaging.rules import QuestionStatus
from referral.people.models import BreakGlass
from referral.programs.models import AuthorizationChange, ServiceAuthorization
from referral.referrals.models import Comment, ContactAttempt, Contradiction, OutcomeEvidence, Referral, StatusChange
from referral.retention import queries
from referral.retention.models import RetentionPolicy, Tombstone
from referral.retention.queries import Due
from referral.retention.rules import LEAST_YEARS, RUNNING, RetentionClass, TimeUnit, older_than, rule_words
from referral.retention.service.removing import erase, erase_invoices
from referral.screening.models import Answer, NeedChange, UrgentAnswer

Removed = dict[str, Sequence[UUID]]
"""Table -> the records that were removed or emptied."""
BATCH = 500
PERSONS = 50
"""Persons in one batch: each is a walk through thirty tables."""
EVENTS = 2000
"""Events of the log in one batch: each seal is computed anew."""
RUN = system("retention.run")
OPEN = (QuestionStatus.OPEN, QuestionStatus.WAITING)


def run(session: Session, *, at: datetime) -> bool:
    """Remove one batch of each class whose time is over; returns whether a batch was full, so that more may wait."""
    counts: dict[str, int] = {}
    is_full = False
    for due in _dues(queries.all_policies(session), at):
        removed = DEEDS[due.kind](session, due) if due.kind in DEEDS else {}
        _bury(session, due, removed)
        sizes = [len(ids) for ids in removed.values()] or [_forget_technical(session, due)]
        counts[due.kind] = counts.get(due.kind, 0) + sum(sizes)
        is_full = is_full or (bool(removed) and max(sizes) >= due.limit)
    if any(counts.values()):
        told: dict[str, Any] = {f"{kind}_count": n for kind, n in counts.items() if n}
        audit.record(session, "retention:purged", at=at, by=RUN, **told)
    return is_full


def purge_log(session: Session, key: bytes, *, at: datetime) -> bool:
    """Remove a batch of old events of the log; returns whether it was full. Their seals stay: the log proves whole."""
    policy = queries.general_policy(session, RetentionClass.AUDIT)
    least = older_than(at, LEAST_YEARS, TimeUnit.YEARS)
    over = min(least, older_than(at, policy.amount, policy.unit))
    gone = audit.purge(session, key, queries.is_free_event(at), older_than=over, at=at, limit=EVENTS)
    if gone:
        audit.record(session, "retention:purged", at=at, by=RUN, audit_count=gone)
    return gone >= EVENTS


def _dues(policies: Sequence[RetentionPolicy], at: datetime) -> Iterator[Due]:
    for policy in sorted(policies, key=lambda one: list(RetentionClass).index(one.retention_class)):
        kind = policy.retention_class
        others = [one.network_id for one in policies if one.retention_class is kind and one.network_id]
        if kind in RUNNING:
            yield Due(
                kind=kind,
                rule=rule_words(policy.amount, policy.unit, policy.counted_from),
                older_than=older_than(at, policy.amount, policy.unit),
                at=at,
                network_id=policy.network_id,
                excepted=[] if policy.network_id else others,
                limit=PERSONS if kind in (RetentionClass.CLIENT_RECORD, RetentionClass.CLAIM) else BATCH,
            )


def _bury(session: Session, due: Due, removed: Removed) -> None:
    """Set a tombstone for each record."""
    rows = [
        {"record_kind": kind, "record_id": id_, "retention_class": due.kind, "rule": due.rule, "at": due.at}
        for kind, ids in removed.items()
        for id_ in ids
    ]
    if rows:
        session.execute(insert(Tombstone).on_conflict_do_nothing(), rows)


def _empty(session: Session, due: Due, model: Any, *rules: queries.Rule, **values: Any) -> Sequence[UUID]:
    """Empty columns of up to a batch of rows; returns which."""
    chosen = select(model.id).where(*rules, due.free(model)).order_by(model.id).limit(due.limit)
    ids = session.scalars(chosen.with_for_update(skip_locked=True, of=model)).all()
    if ids:
        session.execute(update(model).where(model.id.in_(ids)).values(**values))
    return ids


def _message_bodies(session: Session, due: Due) -> Removed:
    old = (Message.created_at < due.older_than, Message.body != "")
    return {"message": _empty(session, due, Message, *old, body="")}


def _message_phones(session: Session, due: Due) -> Removed:
    """A text that waits for a colleague keeps its number until somebody settled it."""
    waits = Message.needs_person & Message.settled_at.is_(None)
    sent = (Message.created_at < due.older_than, Message.phone != "", ~waits)
    asked = (Question.asked_at < due.older_than, Question.phone != "", Question.status.not_in(OPEN))
    return {
        "message": _empty(session, due, Message, *sent, phone=""),
        "question": _empty(session, due, Question, *asked, phone=""),
    }


def _safety_content(session: Session, due: Due) -> Removed:
    referrals, needs = queries.closed_safety_referrals(due), queries.closed_safety_needs(due)
    answers = queries.closed_safety_answers(due)
    removed: Removed = {
        model.__tablename__: _empty(
            session, due, model, model.referral_id.in_(referrals), model.note.is_not(None), note=None
        )
        for model in (ContactAttempt, OutcomeEvidence, Contradiction, ServiceAuthorization)
    }
    removed["referral"] = _empty(
        session, due, Referral, Referral.id.in_(referrals), Referral.note.is_not(None), note=None
    )
    removed["need_change"] = _empty(
        session, due, NeedChange, NeedChange.need_id.in_(needs), NeedChange.note.is_not(None), note=""
    )
    removed["answer"] = _empty(
        session, due, Answer, Answer.id.in_(answers), Answer.sealed_codes.is_not(None), sealed_codes=None
    )
    handed = (UrgentAnswer.answer_id.in_(answers), UrgentAnswer.handed_to.is_not(None))
    removed["urgent_answer"] = _empty(session, due, UrgentAnswer, *handed, handed_to="")
    return removed | _histories(session, due) | _emergencies(session, due)


def _histories(session: Session, due: Due) -> Removed:
    """Notes in append-only histories leave through the function that alone may empty them."""
    referrals = queries.closed_safety_referrals(due)
    authorizations = select(ServiceAuthorization.id).where(ServiceAuthorization.referral_id.in_(referrals))
    removed: Removed = {}
    for model, rule in (
        (StatusChange, StatusChange.referral_id.in_(referrals)),
        (Comment, Comment.referral_id.in_(referrals)),
        (AuthorizationChange, AuthorizationChange.service_authorization_id.in_(authorizations)),
    ):
        chosen = select(model.id).where(rule, model.note.is_not(None), due.free(model)).limit(due.limit)
        ids = removed[model.__tablename__] = session.scalars(chosen).all()
        if ids:
            session.execute(select(func.retention_empty_notes(model.__tablename__, list(ids))))
    return removed


def _emergencies(session: Session, due: Due) -> Removed:
    """What was typed in an emergency leaves once it was reviewed; a name that led to nobody with it."""
    reviewed = BreakGlass.reviewed_at < due.older_than
    opened = _empty(session, due, BreakGlass, reviewed, BreakGlass.sought.is_(None), reason="", review_note=None)
    missed = _empty(
        session, due, BreakGlass, reviewed, BreakGlass.sought.is_not(None), reason="", review_note=None, sought=""
    )
    return {"break_glass": [*opened, *missed]}


def _client_records(session: Session, due: Due) -> Removed:
    persons = queries.silent_persons(session, due)
    for person_id in persons:
        erase(session, person_id, spares_bills=True)
    return {"person": persons}


def _claims(session: Session, due: Due) -> Removed:
    persons = queries.persons_with_old_bills(session, due)
    for person_id in persons:
        erase(session, person_id, spares_bills=False)
    invoices = queries.bare_invoices(session, due)
    erase_invoices(session, invoices)
    return {"person": persons, "invoice": invoices}


def _disclosures(session: Session, due: Due) -> Removed:
    """Their tombstones carry their numbers, written as ids."""
    gone = audit.forget_disclosures(session, queries.old_disclosures(session, due))
    return {"disclosure": [UUID(int=number) for number in gone]}


def _forget_technical(session: Session, due: Due) -> int:
    """What speaks of no person leaves without tombstones; the audit event says how many."""
    if due.kind is RetentionClass.SESSION:
        return accounts.forget_sessions(session, older_than=due.older_than) + accounts.forget_links(
            session, older_than=due.older_than
        )
    return kept_answers.purge(session, older_than=due.older_than)


DEEDS: Mapping[RetentionClass, Callable[[Session, Due], Removed]] = {
    RetentionClass.MESSAGE_BODY: _message_bodies,
    RetentionClass.MESSAGE_PHONE: _message_phones,
    RetentionClass.SAFETY_CONTENT: _safety_content,
    RetentionClass.CLIENT_RECORD: _client_records,
    RetentionClass.CLAIM: _claims,
    RetentionClass.DISCLOSURE: _disclosures,
}
