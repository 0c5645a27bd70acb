"""JSON: what was delivered, and what of it can be billed."""

from typing import Any
from uuid import UUID

from referral.audit import service as audit
from referral.billing import queries, service
from referral.billing.api.blueprint import api
from referral.billing.asking import my_organization, the_program
from referral.billing.models import Delivery
from referral.billing.permissions import BillingPermission
from referral.billing.schemas import CheckedDeliveryPage, DeliveryIn, DeliveryOut, MonthQuery, code_only
from referral.billing.service import CheckedDelivery
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.programs.rules import month_of
from referral.referrals import service as referrals
from referral.web.deeds import Deeds
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me


@api.get("/deliveries")
@allow(BillingPermission.READ_DELIVERIES)
@api.arguments(MonthQuery, location="query")
@api.response(200, CheckedDeliveryPage)
def unbilled(asked: dict[str, Any]) -> dict[str, Any]:
    """List a month's deliveries that were not billed yet, each with what stands against billing it."""
    program = the_program()
    month = month_of((asked["month_on"] or clock.today(me().time_zone)).replace(day=1))
    found = queries.unbilled(
        db(), my_organization(), program_id=program.id, first_on=month.first_on, last_on=month.last_on
    )
    deliveries = [delivery for delivery, _ in found]
    ids = [delivery.id for delivery in deliveries]
    audit.record_list(db(), "delivery:listed", at=clock.now(), kind="delivery", ids=ids)
    hidden = queries.hidden_among(db(), ids)
    checked: list[CheckedDelivery] = service.check_deliveries(db(), deliveries, program=program, at=clock.now())
    return whole([_by_code(one) if one.delivery.id in hidden else one for one in checked])


def _by_code(checked: CheckedDelivery) -> dict[str, Any]:
    judged = {"billed": checked.billed, "codes": checked.codes, "problems": checked.problems}
    return judged | {"delivery": code_only(checked.delivery)}


@api.get("/referrals/<uuid:referral_id>/deliveries")
@allow(BillingPermission.READ_DELIVERIES)
@api.response(200, DeliveryOut(many=True))
def deliveries(referral_id: UUID) -> list[Delivery]:
    """List what was delivered on a referral."""
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    return list(queries.deliveries_of(db(), referral.id))


@api.post("/referrals/<uuid:referral_id>/deliveries")
@allow(BillingPermission.DELIVER)
@api.arguments(DeliveryIn)
@api.response(201, DeliveryOut)
def deliver(form: dict[str, Any], referral_id: UUID) -> Delivery:
    """Record a delivery."""
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    return service.record_delivery(db(), referral, by=me(), at=clock.now(), **form)


def _open(referral_id: UUID, delivery_id: UUID) -> Delivery:
    found = db().get(Delivery, delivery_id)
    if found is None or found.referral_id != referral_id:
        raise NotFound
    return found


one = Deeds(api, "/referrals/<uuid:referral_id>/deliveries/<uuid:delivery_id>", DeliveryOut, _open)


@one.deed("void", BillingPermission.DELIVER)
def void_delivery(found: Delivery) -> None:
    """Take back a delivery that was recorded in error."""
    service.void_delivery(db(), found, by=me(), at=clock.now())
