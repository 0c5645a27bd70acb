"""Pages: record what was delivered, and see what of it can be billed."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.audit import service as audit
from referral.billing import queries, service
from referral.billing.asking import my_organization, the_program
from referral.billing.models import Delivery
from referral.billing.permissions import BillingPermission
from referral.billing.rules import total
from referral.billing.schemas import DeliveryForm, DraftForm, MonthQuery
from referral.billing.views.blueprint import pages
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.organizations.models import Organization
from referral.programs import queries as programs
from referral.programs.models import Program, ServiceAuthorization
from referral.programs.rules import add_months, month_of
from referral.referrals import queries as referral_queries
from referral.referrals import service as referrals
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, query, read, redisplay, show
from referral.web.transaction import db, me


def deliveries_page(form: FormState | None = None, **_parameters: object) -> ResponseReturnValue:
    """Show a month's deliveries that were not billed yet, plan by plan, with what stands against billing them."""
    program, organization_id = the_program(), my_organization()
    month_on = (query(MonthQuery)["month_on"] or _month_to_bill(program, organization_id)).replace(day=1)
    month = month_of(month_on)
    found = queries.unbilled(
        db(), organization_id, program_id=program.id, first_on=month.first_on, last_on=month.last_on
    )
    people = {delivery.id: person for delivery, person in found}
    checked = service.check_deliveries(db(), [delivery for delivery, _ in found], program=program, at=clock.now())
    audit.record_list(db(), "delivery:listed", at=clock.now(), kind="delivery", ids=list(people))
    return show(
        "billing/deliveries.html",
        bills=_by_plan(checked),
        people=people,
        nameless=referral_queries.nameless(
            db(),
            [delivery.referral_id for delivery, person in found if person is None],
            organization_id=organization_id,
            at=clock.now(),
        ),
        labels=programs.service_labels(db(), program.network_id),
        program=program,
        month_on=month_on,
        before_on=add_months(month_on, -1),
        after_on=add_months(month_on, 1) if add_months(month_on, 1) <= clock.today() else None,
        form=form or FormState(),
    )


@pages.get("/deliveries")
@allow(BillingPermission.READ_DELIVERIES)
def deliveries() -> ResponseReturnValue:
    """Show a month's deliveries that were not billed yet."""
    return deliveries_page()


@pages.post("/deliveries/invoice")
@allow(BillingPermission.BILL)
@redisplay(deliveries_page)
def draft() -> ResponseReturnValue:
    """Make the month's invoice to a plan from everything that can be billed."""
    given = read(DraftForm)
    invoice = service.draft_invoice(
        db(), organization_id=my_organization(), program=the_program(), by=me(), at=clock.now(), **given
    )
    return go("billing.invoice", "The invoice is drafted. Check it, then submit it.", invoice_id=invoice.id)


def deliver_page(referral_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show what was delivered on a referral, and the form to record more."""
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    labels = programs.service_labels(db(), referral.network_id)
    choices = [(one.id, _words(one, labels)) for one in queries.authorizations_to_deliver(db(), referral.id)]
    return show(
        "billing/deliver.html",
        referral=referral,
        deliveries=queries.deliveries_of(db(), referral.id),
        authorizations=choices,
        labels={(code, variant): label for (_, code, variant), label in labels.items()},
        warning=programs.start_warning_for(db(), referral, clock.today(me().time_zone)),
        today=clock.today(me().time_zone),
        form=form or FormState(),
    )


@pages.get("/referrals/<uuid:referral_id>/deliveries")
@allow(BillingPermission.READ_DELIVERIES)
def deliver_form(referral_id: UUID) -> ResponseReturnValue:
    """Show what was delivered on a referral."""
    return deliver_page(referral_id)


@pages.post("/referrals/<uuid:referral_id>/deliveries")
@allow(BillingPermission.DELIVER)
@redisplay(deliver_page)
def deliver(referral_id: UUID) -> ResponseReturnValue:
    """Record a delivery."""
    given = read(DeliveryForm)
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    service.record_delivery(db(), referral, by=me(), at=clock.now(), **_with_service(given, referral_id))
    return go("billing.deliver_form", "The delivery is recorded.", referral_id=referral_id)


@pages.post("/referrals/<uuid:referral_id>/deliveries/<uuid:delivery_id>/void")
@allow(BillingPermission.DELIVER)
@redisplay(lambda referral_id, delivery_id, form: deliver_page(referral_id, form))  # noqa: ARG005 -- the URL's names
def void_delivery(referral_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Take back a delivery that was recorded in error."""
    delivery = db().get(Delivery, delivery_id)
    if delivery is None or delivery.referral_id != referral_id:
        raise NotFound
    service.void_delivery(db(), delivery, by=me(), at=clock.now())
    return go("billing.deliver_form", "Taken back. It counts no more.", referral_id=referral_id)


def _month_to_bill(program: Program, organization_id: UUID) -> date:
    """Return the month that was, while something of it waits to be billed; else this one."""
    today = clock.today(me().time_zone)
    before_on = add_months(today.replace(day=1), -1)
    last = month_of(before_on)
    waiting = queries.unbilled(
        db(), organization_id, program_id=program.id, first_on=last.first_on, last_on=last.last_on, limit=1
    )
    return before_on if waiting else today


def _with_service(given: dict[str, Any], referral_id: UUID) -> dict[str, Any]:
    """Replace the chosen authorization by the service it is for."""
    chosen_id = given.pop("authorization")
    if chosen_id is None:
        return given
    chosen = db().get(ServiceAuthorization, chosen_id)
    if chosen is None or chosen.referral_id != referral_id:
        raise NotFound
    return given | {"service_code": chosen.service_code, "variant": chosen.variant}


def _by_plan(checked: list[service.CheckedDelivery]) -> list[dict[str, Any]]:
    """Group what was checked by the plan that pays, with the total that can be billed."""
    grouped: dict[UUID, list[service.CheckedDelivery]] = defaultdict(list)
    for one in checked:
        if one.delivery.plan_id is not None:
            grouped[one.delivery.plan_id].append(one)
    bills = [
        {
            "plan": db().get_one(Organization, plan_id),
            "rows": rows,
            "billable": sum(not one.problems for one in rows),
            "total": total(one.billed for one in rows if not one.problems),
        }
        for plan_id, rows in grouped.items()
    ]
    return sorted(bills, key=lambda bill: str(bill["plan"].name))


def _words(authorization: ServiceAuthorization, labels: dict[tuple[UUID, str, str | None], str]) -> str:
    label = labels[authorization.program_id, authorization.service_code, authorization.variant]
    return f"{label} – {authorization.number}, {authorization.state.replace('_', ' ')}"
