"""One thread: delivery, evidence, invoice line, decision, payment, and back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from referral.billing import queries, service
from referral.billing.models import InvoiceLine, LedgerEntry
from referral.billing.models.payments import EntryKind
from referral.billing.rules import Decision, InvoiceState, LineState, Outcome, ReasonCode
from referral.foundation.refusals import NotAllowed, Refused, Unfit
from referral.people import service as people
from referral.people.models import Consent
from referral.people.rules import ConsentScope
from referral.programs import service as programs
from referral.referrals import queries as referral_queries
from referral.referrals.rules import Connection, EvidenceKind
from tests.factories.billing import BOX, BOX_PRICE, PaidLoop
from tests.factories.fixtures import NOW


def test_a_delivery_is_evidence_at_once(paid: PaidLoop) -> None:
    referral, authorization = paid.authorized()

    delivery = paid.deliver(referral)

    assert delivery.service_authorization_id == authorization.id
    evidence = referral_queries.evidence_of(paid.session, referral.id)
    assert [one.kind for one in evidence] == [EvidenceKind.DELIVERY_RECORD]
    assert referral.connection is Connection.CONNECTED


def test_a_delivery_recorded_in_error_counts_no_more(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    delivery = paid.deliver(referral)

    service.void_delivery(paid.session, delivery, by=paid.intake, at=NOW)

    assert referral.connection is not Connection.CONNECTED
    with pytest.raises(Refused, match="nothing to bill"):
        paid.draft()


def test_unpaid_help_is_recorded_without_a_service(paid: PaidLoop) -> None:
    referral = paid.accepted()

    delivery = service.record_delivery(paid.session, referral, delivered_on=NOW.date(), by=paid.intake, at=NOW)

    assert (delivery.service_code, delivery.service_authorization_id) == (None, None)


def test_a_paid_service_needs_an_authorization_to_hang_on(paid: PaidLoop) -> None:
    referral = paid.accepted()

    with pytest.raises(Refused, match="no service authorization"):
        paid.deliver(referral)


@pytest.mark.parametrize(("day", "sentence"), [(date(2026, 11, 17), "future"), (date(2027, 1, 1), "future")])
def test_a_delivery_cannot_lie_in_the_future(paid: PaidLoop, day: date, sentence: str) -> None:
    referral, _ = paid.authorized()

    with pytest.raises(Refused, match=sentence):
        paid.deliver(referral, delivered_on=day)


def test_only_the_organization_that_delivers_records_deliveries(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()

    with pytest.raises(NotAllowed):
        service.record_delivery(paid.session, referral, delivered_on=NOW.date(), by=paid.stranger, at=NOW)


def test_a_month_of_deliveries_becomes_an_invoice_that_is_paid_to_the_cent(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 2, 9, 12)

    decision = service.decide(paid.session, invoice, by=paid.finance, at=NOW)
    service.record_payment(
        paid.session, invoice, amount=3 * BOX_PRICE, paid_on=NOW.date(), reference="check 1", by=paid.finance, at=NOW
    )

    assert decision is Decision.PAY
    assert invoice.state is InvoiceState.PAID
    assert invoice.paid_amount == invoice.approved_amount == invoice.billed_amount == Decimal("314.91")
    assert {line.state for line in queries.lines_of(paid.session, invoice.id)} == {LineState.PAID}
    kinds = [one.kind for one in referral_queries.evidence_of(paid.session, referral.id)]
    assert kinds.count(EvidenceKind.PAID_LINE) == 3


def test_a_line_keeps_the_fee_row_that_priced_it(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral)

    line = queries.lines_of(paid.session, paid.draft().id)[0]

    rows = {row.id: row for row in queries.fee_rows(paid.session, _schedule(paid))}
    assert line.fee_row_id is not None
    assert rows[line.fee_row_id].price == line.billed == BOX_PRICE


def test_units_above_the_authorization_are_refused_before_submission(paid: PaidLoop) -> None:
    referral, _ = paid.authorized(units=Decimal(2))
    for day in (2, 3, 4):
        paid.deliver(referral, day)

    invoice = paid.draft()
    left = queries.unbilled(paid.session, paid.world.pantry.id, program_id=paid.program.id)
    checked = service.check_deliveries(paid.session, [one for one, _ in left], program=paid.program, at=NOW)

    assert len(queries.lines_of(paid.session, invoice.id)) == 2
    assert len(checked) == 1


def test_a_delivery_outside_the_authorized_days_says_so(paid: PaidLoop) -> None:
    referral, _ = paid.authorized(ends_on=date(2026, 11, 5))
    paid.deliver(referral, 9)

    with pytest.raises(Refused, match="outside the service authorization"):
        paid.draft()


def test_without_a_signature_nothing_is_billed(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral)
    consent = paid.session.scalars(
        select(Consent).where(Consent.person_id == paid.person.id, Consent.scope == ConsentScope.INVOICE_SHARE)
    ).one()
    people.withdraw_consent(paid.session, consent, by=paid.navigator, at=NOW)

    with pytest.raises(Refused, match="not signed"):
        paid.draft()


def test_a_service_paid_at_cost_needs_its_cost_and_its_receipt(paid: PaidLoop) -> None:
    bus = {"service_code": "TRA-PUB", "variant": None}
    referral, _ = paid.authorized(**bus, units=None, amount=Decimal(200))
    bare = paid.deliver(referral, 2, **bus)
    with pytest.raises(Refused, match="receipt or another document"):
        paid.draft()
    service.void_delivery(paid.session, bare, by=paid.intake, at=NOW)
    free = paid.deliver(referral, 2, **bus, evidence=["receipt"])
    with pytest.raises(Refused, match="record what it cost"):
        paid.draft()
    service.void_delivery(paid.session, free, by=paid.intake, at=NOW)
    paid.deliver(referral, 2, **bus, evidence=["receipt"], cost=Decimal("120.00"))

    invoice = paid.draft()
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)
    service.approve_by_lead(paid.session, invoice, by=paid.lead, at=NOW)
    service.decide(paid.session, invoice, by=paid.finance, at=NOW)

    line = queries.lines_of(paid.session, invoice.id)[0]
    assert (line.billed, line.approved_amount) == (Decimal("120.00"), Decimal("102.00"))
    assert line.reasons == [{"code": "CAP_REACHED", "amount": "18.00"}]


def test_a_delivery_stands_on_one_live_line_only(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral)
    invoice = paid.draft()

    with pytest.raises(Refused, match="nothing to bill"):
        paid.draft()
    service.void(paid.session, invoice, by=paid.biller, at=NOW)

    assert len(queries.lines_of(paid.session, paid.draft().id)) == 1


def test_a_returned_invoice_comes_back_as_the_next_round(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral, 2)
    paid.deliver(referral, 3)
    invoice = paid.draft()
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)

    service.return_invoice(paid.session, invoice, reason="Line 2 was not delivered", by=paid.lead, at=NOW)
    line = queries.lines_of(paid.session, invoice.id)[1]
    service.remove_line(paid.session, invoice, line, by=paid.biller, at=NOW)
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)

    assert (invoice.state, invoice.round, invoice.billed_amount) == (InvoiceState.SUBMITTED, 2, BOX_PRICE)


def test_nobody_approves_or_decides_what_they_submitted(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral)
    invoice = paid.draft()
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)
    invoice.submitted_by_user_id = paid.lead.user_id

    with pytest.raises(Refused, match="submitted themselves"):
        service.approve_by_lead(paid.session, invoice, by=paid.lead, at=NOW)


def test_a_plan_cannot_decide_before_the_network_lead_approved(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral)
    invoice = paid.draft()
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)

    with pytest.raises(Refused, match="network lead approved"):
        service.decide(paid.session, invoice, by=paid.finance, at=NOW)


def test_a_line_the_plan_denies_is_not_paid_and_says_why(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 2, 3)
    first, second = queries.lines_of(paid.session, invoice.id)

    decision = service.decide(paid.session, invoice, by=paid.finance, at=NOW, denials={second.id: ReasonCode.DUPLICATE})

    assert decision is Decision.PAY_PARTIAL
    assert (first.state, second.state) == (LineState.ACCEPTED, LineState.DENIED)
    assert second.reasons == [{"code": "DUPLICATE"}]
    assert invoice.approved_amount == BOX_PRICE


def test_coverage_that_ended_meanwhile_denies_at_the_plan(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 10)
    coverage = _coverage(paid)
    people.end_coverage(paid.session, coverage, ends_on=date(2026, 11, 9), by=paid.navigator, at=NOW)

    decision = service.decide(paid.session, invoice, by=paid.finance, at=NOW)

    assert (decision, invoice.state) == (Decision.DENY, InvoiceState.DENIED)


def test_a_suspect_line_waits_for_a_person_and_is_paid_once_cleared(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    _pay(paid, paid.with_the_plan(referral, 2))
    paid.deliver(referral, 2)
    invoice = paid.draft()
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)
    service.approve_by_lead(paid.session, invoice, by=paid.lead, at=NOW)
    line = queries.lines_of(paid.session, invoice.id)[0]

    pended = service.decide(paid.session, invoice, by=paid.finance, at=NOW)
    assert (pended, invoice.is_pended, invoice.state) == (Decision.PEND, True, InvoiceState.APPROVED_BY_LEAD)
    assert line.outcome is Outcome.PEND
    cleared = service.decide(paid.session, invoice, by=paid.finance, at=NOW, cleared={line.id})

    assert (cleared, invoice.is_pended) == (Decision.PAY, False)


def test_a_part_payment_pays_lines_in_order_and_the_rest_follows(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 2, 3)
    service.decide(paid.session, invoice, by=paid.finance, at=NOW)

    _pay(paid, invoice, Decimal("150.00"), "one")
    states = [line.state for line in queries.lines_of(paid.session, invoice.id)]
    assert (invoice.state, states) == (InvoiceState.PARTIALLY_PAID, [LineState.PAID, LineState.ACCEPTED])
    _pay(paid, invoice, 2 * BOX_PRICE - 150, "two")

    assert invoice.state is InvoiceState.PAID


def test_nobody_is_paid_more_than_was_approved(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 2)
    service.decide(paid.session, invoice, by=paid.finance, at=NOW)

    for amount in (BOX_PRICE + Decimal("0.01"), Decimal(0), Decimal(-1)):
        with pytest.raises(Refused, match="at most what is open"):
            _pay(paid, invoice, amount)


def test_a_void_gives_money_and_units_back_and_the_ledger_keeps_every_step(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 2)
    service.decide(paid.session, invoice, by=paid.finance, at=NOW)
    _pay(paid, invoice)

    service.void(paid.session, invoice, by=paid.biller, at=NOW, reason="billed the wrong family")

    entries = paid.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert sum(entry.amount for entry in entries) == 0
    assert [entry.kind for entry in entries].count(EntryKind.REVERSED) == 2
    assert invoice.paid_amount == 0
    assert EvidenceKind.PAID_LINE not in {one.kind for one in referral_queries.evidence_of(paid.session, referral.id)}
    assert len(queries.lines_of(paid.session, paid.draft().id)) == 1


def test_a_disputed_invoice_is_decided_anew(paid: PaidLoop) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 2)
    line = queries.lines_of(paid.session, invoice.id)[0]
    service.decide(paid.session, invoice, by=paid.finance, at=NOW, denials={line.id: ReasonCode.AUTH_WINDOW})
    assert invoice.state is InvoiceState.DENIED

    service.dispute(paid.session, invoice, reason="The window was extended", by=paid.biller, at=NOW)
    service.decide(paid.session, invoice, by=paid.finance, at=NOW)

    assert (invoice.state, invoice.approved_amount) == (InvoiceState.ACCEPTED, BOX_PRICE)


def test_what_is_disputed_stays_used_until_it_is_decided_anew(paid: PaidLoop) -> None:
    referral, _ = paid.authorized(units=Decimal(1))
    first = paid.with_the_plan(referral, 2)
    service.decide(paid.session, first, by=paid.finance, at=NOW)
    _pay(paid, first)
    service.dispute(paid.session, first, reason="Two boxes were given", by=paid.biller, at=NOW)
    paid.deliver(referral, 3)

    with pytest.raises(Refused, match="more units than are left"):
        paid.draft()


def test_a_plan_that_denies_a_line_says_why(paid: PaidLoop) -> None:
    invoice = paid.with_the_plan(paid.authorized()[0], 2)
    line = queries.lines_of(paid.session, invoice.id)[0]

    with pytest.raises(Refused, match="Say why"):
        service.decide(paid.session, invoice, by=paid.finance, at=NOW, denials={line.id: ReasonCode.OK})


def test_a_payment_is_entered_once_for_an_invoice(paid: PaidLoop) -> None:
    invoice = paid.with_the_plan(paid.authorized()[0], 2)
    service.decide(paid.session, invoice, by=paid.finance, at=NOW)
    _pay(paid, invoice, Decimal("10.00"))

    with pytest.raises(Unfit, match="recorded for this invoice already"):
        _pay(paid, invoice, Decimal("10.00"))


def test_two_visits_of_a_day_are_billed_by_the_minutes_of_the_day(paid: PaidLoop) -> None:
    visit = {"service_code": "FOO-CM", "variant": None}
    referral, _ = paid.authorized(**visit, units=Decimal(40))
    for _ in range(2):
        paid.deliver(referral, 2, **visit, minutes=20)
    invoice = paid.draft()
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)
    service.approve_by_lead(paid.session, invoice, by=paid.lead, at=NOW)
    service.decide(paid.session, invoice, by=paid.finance, at=NOW)

    assert [line.units for line in queries.lines_of(paid.session, invoice.id)] == [1, 2]
    assert invoice.approved_amount == Decimal("39.81")


def test_what_one_invoice_used_of_an_authorization_the_next_one_cannot(paid: PaidLoop) -> None:
    referral, _ = paid.authorized(units=Decimal(1))
    first = paid.with_the_plan(referral, 2)
    service.decide(paid.session, first, by=paid.finance, at=NOW)
    paid.deliver(referral, 3)

    with pytest.raises(Refused, match="more units than are left"):
        paid.draft()


def test_the_price_follows_the_day_of_service(paid: PaidLoop) -> None:
    authorization = paid.authorized(starts_on=date(2026, 9, 1))[1]

    approval = authorization.as_approval()

    assert approval is not None
    assert approval.covers(BOX["service_code"], BOX["variant"])
    assert approval.is_open_on(date(2026, 9, 1))
    assert not approval.is_open_on(date(2026, 9, 1) - timedelta(days=1))


def test_a_cancelled_authorization_pays_what_was_delivered_before(paid: PaidLoop) -> None:
    referral, authorization = paid.authorized()
    paid.deliver(referral, 2)
    paid.deliver(referral, 9)
    programs.cancel(paid.session, authorization, from_on=date(2026, 11, 5), by=paid.navigator, at=NOW)

    invoice = paid.draft()

    assert [line.served_on.day for line in queries.lines_of(paid.session, invoice.id)] == [2]


def _schedule(paid: PaidLoop):
    schedule = queries.current_schedule(paid.session, paid.program.id)
    assert schedule is not None
    return schedule.id


def _coverage(paid: PaidLoop):
    from referral.people import queries as people_queries

    coverage = people_queries.coverage_on(paid.session, paid.person.id, NOW.date())
    assert coverage is not None
    return coverage


def _pay(paid: PaidLoop, invoice, amount: Decimal | None = None, reference: str = "check") -> None:
    if invoice.state is InvoiceState.APPROVED_BY_LEAD:
        service.decide(paid.session, invoice, by=paid.finance, at=NOW)
    service.record_payment(
        paid.session,
        invoice,
        amount=invoice.approved_amount if amount is None else amount,
        paid_on=NOW.date(),
        reference=reference,
        by=paid.finance,
        at=NOW,
    )


def test_every_line_names_its_authorization_and_delivery(paid: PaidLoop) -> None:
    referral, authorization = paid.authorized()
    delivery = paid.deliver(referral)
    paid.draft()

    line = queries.line_of_delivery(paid.session, delivery.id)

    assert isinstance(line, InvoiceLine)
    assert line.service_authorization_id == authorization.id


def test_each_step_belongs_to_one_organization(paid: PaidLoop) -> None:
    from referral.organizations.rules import Role

    referral, _ = paid.authorized()
    paid.deliver(referral)
    invoice = paid.draft()
    other_biller = paid.principal_of(paid.world.staff(paid.world.shelter, Role.CBO_BILLER))
    other_lead = paid.principal_of(paid.world.staff(paid.world.other_lead, Role.NETWORK_LEAD))
    other_plan = paid.principal_of(paid.world.staff(paid.world.other_plan, Role.PLAN_FINANCE))

    with pytest.raises(NotAllowed):
        service.submit(paid.session, invoice, by=other_biller, at=NOW)
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)
    with pytest.raises(NotAllowed):
        service.approve_by_lead(paid.session, invoice, by=other_lead, at=NOW)
    service.approve_by_lead(paid.session, invoice, by=paid.lead, at=NOW)
    with pytest.raises(NotAllowed):
        service.decide(paid.session, invoice, by=other_plan, at=NOW)
