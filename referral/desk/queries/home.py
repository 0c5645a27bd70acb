"""The work that waits for somebody, counted now: a tile for each kind, a list for what comes first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.billing import queries as invoice_queries
from referral.billing.permissions import BillingPermission
from referral.billing.rules import InvoiceState
from referral.desk.permissions import DeskPermission
from referral.directory import queries as directory
from referral.directory.permissions import DirectoryPermission
from referral.equity.permissions import ReportPermission
from referral.equity.queries.loop_report import headline
from referral.equity.readers import reader_of
from referral.equity.rules.periods import complete_quarters, last_year
from referral.equity.words import months
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.messaging import queries as messages
from referral.messaging.permissions import MessagePermission
from referral.organizations import queries as organizations
from referral.organizations.permissions import OrganizationPermission
from referral.organizations.rules import Role
from referral.people import emergencies
from referral.people import queries as people
from referral.people.permissions import PersonPermission
from referral.people.rules.break_glass import is_overdue
from referral.programs import queries as programs
from referral.programs.permissions import ProgramPermission
from referral.programs.rules import AuthorizationState
from referral.referrals.permissions import ReferralPermission
from referral.referrals.queries import exports, lists, numbers_to_call, unread
from referral.referrals.rules import boxes
from referral.referrals.rules.exports import ExportState
from referral.referrals.service.restricted import count_restricted
from referral.retention import queries as retention
from referral.retention.permissions import RetentionPermission
from referral.screening import queries as screening
from referral.screening.permissions import ScreeningPermission

FEW = 10


class Tone(StrEnum):
    """How much a figure asks for: nothing, a look, or a hand now."""

    CALM = ""
    ATTENTION = "attention"
    NOW = "no"


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its name and the page behind it, if there is one."""

    label: str
    figure: int
    endpoint: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    tone: Tone = Tone.CALM
    note: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """The first rows of a work list; `kind` says how they are drawn, `empty` what an empty list means."""

    heading: str
    kind: str
    rows: Sequence[Any]
    empty: str
    endpoint: str
    parameters: dict[str, Any] = field(default_factory=dict)
    numbers: dict[UUID, str] = field(default_factory=dict)
    """The phone of each person to call."""


@dataclass(frozen=True, slots=True)
class Home:
    """What a home page shows."""

    tiles: Sequence[Tile]
    panels: Sequence[Panel]


def home(session: Session, *, by: Principal, at: datetime) -> Home:
    """Return the work waiting for the asker, in every role that the membership holds."""
    desks = [desk for permission, desk in DESKS if by.can(permission)]
    parts = [part for desk in desks for part in desk(session, by, at)]
    return Home(
        tiles=[part for part in parts if isinstance(part, Tile)],
        panels=[part for part in parts if isinstance(part, Panel)],
    )


Parts = Iterator[Tile | Panel]


def _at_the_phone(session: Session, by: Principal, _at: datetime) -> Parts:
    """Urgent answers without a contact yet, and screenings somebody broke off."""
    if by.user_id is None:
        return
    urgent, unfinished = screening.urgent_waiting(session, by.user_id), screening.unfinished(session, by.user_id)
    if urgent:
        yield Panel("Urgent, not yet handed to anybody", "urgent", urgent, "", "screening.now")
    if unfinished:
        yield Panel("Screenings you have not finished", "screenings", unfinished, "", "screening.ask")


def _sent(session: Session, by: Principal, _at: datetime) -> Parts:
    """What a navigator sent: sent back first, then people to call, then what others are working on."""
    organization = _organization(by)
    counts = lists.sent_counts(session, organization)
    back, call = (
        lists.count_box(session, organization, box) for box in (boxes.SentBox.SENT_BACK, boxes.SentBox.TO_CALL)
    )
    yield Tile("Sent back", back, "referrals.sent", {"box": "sent_back"}, _if_any(back), _most(back))
    yield Tile("Ask the person", call, "referrals.sent", {"box": "to_call"}, Tone.CALM, _most(call))
    waiting = sum(counts.get(status, 0) for status in boxes.NEW)
    yield Tile("Waiting for an answer", waiting, "referrals.sent", {"box": "new"})
    held = sum(counts.get(status, 0) for status in boxes.WAITING)
    yield Tile("On hold", held, "referrals.sent", {"box": "waiting"})
    active = sum(counts.get(status, 0) for status in boxes.ACTIVE)
    yield Tile("Being helped", active, "referrals.sent", {"box": "active"})
    rows = lists.sent_back(session, organization, limit=FEW)
    empty = "Nothing was sent back."
    yield Panel("Sent back: find another place", "sent_back", rows, empty, "referrals.sent", {"box": "sent_back"})
    if call:
        rows = lists.to_call(session, organization, limit=FEW)
        numbers = numbers_to_call(session, [row.person_id for row in rows if row.given_name])
        heading, box = "Call and ask whether help arrived", {"box": "to_call"}
        yield Panel(heading, "to_call", rows, "", "referrals.sent", box, numbers)


def _asked(session: Session, by: Principal, _at: datetime) -> Parts:
    """What people asked for on their own page, the oldest first."""
    waiting = people.requests_waiting(session, by=by)
    if waiting:
        yield Panel("People asked you for something", "requests", waiting[:FEW], "", "desk.home")


def _written(session: Session, by: Principal, at: datetime) -> Parts:
    """What the other side of a referral wrote and nobody here has opened yet."""
    rows = unread(session, by, at=at, limit=FEW)
    if rows:
        note = "or more" if len(rows) == FEW else ""
        yield Tile("Comments to read", len(rows), tone=Tone.ATTENTION, note=note)
        yield Panel("The other side wrote to you", "comments", rows, "", "desk.home")


def _files(session: Session, by: Principal, at: datetime) -> Parts:
    """Files of many people's rows: a colleague's waits for a second supervisor, one's own is good for a day."""
    found = [row for row, _ in exports.exports(session, by.network_id)] if by.network_id else ()
    to_decide = sum(one.state(at) is ExportState.ASKED and one.asked_by_user_id != by.user_id for one in found)
    to_fetch = sum(one.state(at) is ExportState.APPROVED and one.asked_by_user_id == by.user_id for one in found)
    for label, count in (("Files to approve", to_decide), ("Files to fetch", to_fetch)):
        if count:
            yield Tile(label, count, "referrals.exports", {}, Tone.ATTENTION)


def _contradicted(session: Session, by: Principal, _at: datetime) -> Parts:
    if by.network_id is None:
        return
    count = lists.count_contradictions(session, by.network_id)
    note = "served, but the person says otherwise" if count else ""
    yield Tile("Did help arrive?", count, "referrals.contradictions", {}, _if_any(count, Tone.NOW), note)


def _restricted(session: Session, by: Principal, _at: datetime) -> Parts:
    """What the team holds about safety: a number for whoever leads it, and no way to what is behind it."""
    count = count_restricted(session, by=by) if Role.COORD_SUPERVISOR.value in by.roles else 0
    if count:
        yield Tile("Restricted items", count, note="only their own navigators open them")


def _inbox(session: Session, by: Principal, _at: datetime) -> Parts:
    """What an organization received: new ones first, with everything needed to decide."""
    organization = _organization(by)
    counts = lists.inbox_counts(session, organization)
    new = sum(counts.get(status, 0) for status in boxes.NEW)
    held = sum(counts.get(status, 0) for status in boxes.WAITING)
    active = sum(counts.get(status, 0) for status in boxes.ACTIVE)
    yield Tile("New in the inbox", new, "referrals.inbox", {}, _if_any(new, Tone.ATTENTION))
    yield Tile("On hold", held, "referrals.inbox", {"box": "waiting"})
    yield Tile("Being helped", active, "referrals.inbox", {"box": "active"})
    rows = lists.inbox(session, organization, limit=FEW)
    empty = "No new referrals. Keep your room left up to date, so that people are sent where there is room."
    yield Panel("New referrals", "inbox", rows, empty, "referrals.inbox")


def _billing(session: Session, by: Principal, _at: datetime) -> Parts:
    unbilled = invoice_queries.count_unbilled(session, _organization(by))
    yield Tile("Deliveries to bill", unbilled, "billing.deliveries", {}, _if_any(unbilled))
    for state, label in ((InvoiceState.RETURNED, "Invoices returned"), (InvoiceState.DRAFT, "Invoices to send")):
        yield _invoice_tile(session, by, state, label)
    rows = invoice_queries.invoices(session, by=by, states=(InvoiceState.RETURNED, InvoiceState.DRAFT), limit=FEW)
    empty = "No invoice waits for you. Deliveries become an invoice on the deliveries page."
    yield Panel("Invoices to put right or send", "invoices", rows, empty, "billing.invoices")


def _leading(session: Session, by: Principal, _at: datetime) -> Parts:
    yield _invoice_tile(session, by, InvoiceState.SUBMITTED, "Invoices to review")
    rows = invoice_queries.invoices(session, by=by, states=(InvoiceState.SUBMITTED,), limit=FEW)
    yield Panel("Invoices to review", "invoices", rows, "Every invoice has been reviewed.", "billing.invoices")


def _reporting(session: Session, by: Principal, _at: datetime) -> Parts:
    """The rates at a glance, for who answers for them: a lead's last year, an analyst's last complete quarter."""
    if not {Role.NETWORK_LEAD.value, Role.PLAN_ANALYST.value} & set(by.roles):
        return
    reader = reader_of(by)
    period = last_year(reader.today) if reader.reads_lines else complete_quarters(reader.today)[0]
    counts = headline(session, reader.scope, period, reads_lines=reader.reads_lines)
    if counts.sent:
        yield Tile("Referrals to report on", counts.sent, "equity.plan_report")
    heading = f"Closed is not connected: {months(period)}"
    yield Panel(
        heading, "rates", [counts] if counts.sent else [], "No referral was sent in this time.", "equity.plan_report"
    )


def _paying(session: Session, by: Principal, _at: datetime) -> Parts:
    states = (InvoiceState.APPROVED_BY_LEAD, InvoiceState.ACCEPTED)
    for state, label in zip(states, ("Invoices to decide", "Invoices to pay"), strict=True):
        yield _invoice_tile(session, by, state, label)
    rows = invoice_queries.invoices(session, by=by, states=states, limit=FEW)
    yield Panel("Invoices to decide or pay", "invoices", rows, "Every invoice is decided and paid.", "billing.invoices")


def _authorizing(session: Session, by: Principal, _at: datetime) -> Parts:
    plan = _organization(by)
    waiting = programs.waiting_for(session, plan)
    proposed = len(programs.proposed_enrollments(session, plan, limit=100))
    yield Tile("Service authorizations to decide", waiting, "programs.authorizations", {}, _if_any(waiting))
    yield Tile("Enrollments to decide", proposed, "programs.authorizations", {}, _if_any(proposed))
    open_states = (AuthorizationState.REQUESTED, AuthorizationState.IN_REVIEW)
    labels = programs.service_labels(session, by.network_id) if by.network_id else {}
    rows = [
        (row, person, labels.get((row.program_id, row.service_code, row.variant), row.service_code))
        for row, person in programs.authorizations(session, by=by, states=open_states, limit=FEW)
    ]
    empty = "No service authorization waits for a decision."
    yield Panel("Service authorizations to decide", "authorizations", rows, empty, "programs.authorizations")


def _unsent(session: Session, by: Principal, _at: datetime) -> Parts:
    counts = messages.counts(session, by.organization_id)
    for shown, label in ((messages.Shown.TO_READ, "Texts to read"), (messages.Shown.NOT_SENT, "Texts not sent")):
        if counts.get(shown):
            yield Tile(label, counts[shown], "messaging.messages", {"show": shown.value}, Tone.ATTENTION)


def _reviewing(session: Session, by: Principal, at: datetime) -> Parts:
    """Records opened in an emergency: somebody else looks at each within a day."""
    waiting = emergencies.to_review(session, by)
    overdue = sum(is_overdue(due_at=row[0].review_due_at, reviewed_at=None, at=at) for row in waiting)
    if not waiting:
        return
    tone, note = (Tone.NOW, f"{overdue} overdue") if overdue else (Tone.ATTENTION, "")
    yield Tile("Emergencies to review", len(waiting), "people.emergencies_to_review", {}, tone, note)


def _reported(session: Session, by: Principal, _at: datetime) -> Parts:
    count = directory.count_reports(session, by)
    if count:
        yield Tile("Reported listings", count, "directory.reports", {}, Tone.ATTENTION)


def _erasing(session: Session, by: Principal, at: datetime) -> Parts:
    """Requests to erase a record: each waits for two administrators."""
    open_ones = [one for one in retention.erasures(session, by.network_id) if one.ended_at is None]
    overdue = any(at.astimezone(ZoneInfo(by.time_zone)).date() > one.due_on for one in open_ones)
    tone = Tone.NOW if overdue else _if_any(open_ones)
    yield Tile("Records to erase", len(open_ones), "retention.erasures", {}, tone, "overdue" if overdue else "")


def _founding(session: Session, by: Principal, _at: datetime) -> Parts:
    """What an administrator of a new network does first: nobody takes part but the organization that founded it."""
    if by.network_id and len(organizations.members(session, by.network_id, limit=2)) < 2:
        empty = "Only your own organization takes part so far. Take in who leads, pays and helps."
        yield Panel("Set up the network", "founding", (), empty, "organizations.members")


def _confirming(session: Session, by: Principal, _at: datetime) -> Parts:
    """What another administrator proposed: it counts once a second one confirms it."""
    settings = organizations.proposal_of(session, by.network_id) if by.network_id else None
    kept = [one.proposed_by_user_id for one in retention.policies(session, by.network_id)]
    waiting = (
        ("Settings to confirm", [settings.proposed_by_user_id] if settings else [], "organizations.network_settings"),
        ("Keeping times to confirm", kept, "retention.policies"),
    )
    for label, proposers, page in waiting:
        count = sum(one not in {None, by.user_id} for one in proposers)
        if count:
            yield Tile(label, count, page, {}, Tone.ATTENTION)


def _keeping(session: Session, _by: Principal, _at: datetime) -> Parts:
    dead = len(jobs.dead_letters(session))
    yield Tile("Work that failed", dead, "desk.waiting_work", {}, _if_any(dead, Tone.NOW))
    yield Tile("Work that waits", jobs.waiting(session), "desk.waiting_work")


DESKS: Sequence[tuple[StrEnum, Callable[[Session, Principal, datetime], Parts]]] = (
    (ScreeningPermission.ASK, _at_the_phone),
    (PersonPermission.CHANGE, _asked),
    (ReferralPermission.COMMENT, _written),
    (ReferralPermission.SENT, _sent),
    (ReferralPermission.EXPORT, _files),
    (ReferralPermission.REVIEW, _contradicted),
    (ReferralPermission.REVIEW, _restricted),
    (ReferralPermission.INBOX, _inbox),
    (BillingPermission.BILL, _billing),
    (BillingPermission.REVIEW, _leading),
    (ProgramPermission.DECIDE, _authorizing),
    (BillingPermission.DECIDE, _paying),
    (ReportPermission.READ, _reporting),
    (MessagePermission.READ, _unsent),
    (PersonPermission.REVIEW_GLASS, _reviewing),
    (DirectoryPermission.SETTLE, _reported),
    (OrganizationPermission.TAKE_IN, _founding),
    (OrganizationPermission.DECIDE_NETWORK_SETTINGS, _confirming),
    (DeskPermission.JOBS, _keeping),
    (RetentionPermission.ERASE, _erasing),
)
"""Permission -> the part of the home that its holder works at, in the order of the page."""


def _invoice_tile(session: Session, by: Principal, state: InvoiceState, label: str) -> Tile:
    count = invoice_queries.waiting(session, by=by, state=state)
    return Tile(label, count, "billing.invoices", {"state": state.value}, _if_any(count))


def _most(count: int) -> str:
    return "or more" if count == lists.MOST else ""


def _if_any(found: object, tone: Tone = Tone.ATTENTION) -> Tone:
    return tone if found else Tone.CALM


def _organization(by: Principal) -> UUID:
    if by.organization_id is None:
        raise ValueError("Somebody with this permission works for an organization.")
    return by.organization_id
