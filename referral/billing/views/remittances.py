"""Pages: the remittance advice of a payment, to print, and as a file."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.billing import queries, service
from referral.billing.permissions import BillingPermission
from referral.billing.rules import SENTENCES
from referral.billing.views.blueprint import pages
from referral.foundation import clock
from referral.people.files import PeopleRows, as_csv, as_sheet
from referral.programs import queries as programs
from referral.referrals import queries as referrals
from referral.web.guard import allow
from referral.web.pages import send_sheet, show, stream_csv
from referral.web.transaction import database, db, me


@pages.get("/payments/<uuid:payment_id>")
@allow(BillingPermission.READ_PAYMENTS)
def remittance(payment_id: UUID) -> ResponseReturnValue:
    """Show what a payment paid on each line, what was taken off and why."""
    found = service.open_remittance(db(), payment_id, by=me(), at=clock.now())
    is_own = found.invoice.organization_id == me().organization_id
    unnamed = [one.line.referral_id for one in found.lines if one.person is None] if is_own else []
    return show(
        "billing/remittance.html",
        found=found,
        billed_people=queries.billed_people(db(), found.invoice, by=me()),
        nameless=referrals.nameless(db(), unnamed, organization_id=found.invoice.organization_id, at=clock.now()),
        labels=programs.service_labels(db(), found.invoice.network_id),
        sentences={code.value: sentence for code, sentence in SENTENCES.items()},
    )


@pages.get("/payments/<uuid:payment_id>/lines.csv")
@allow(BillingPermission.EXPORT)
def remittance_csv(payment_id: UUID) -> ResponseReturnValue:
    """Send the lines of a payment, as a stream."""
    return stream_csv(as_csv(database(), _exported(payment_id), asker=me(), at=clock.now()), "remittance")


@pages.get("/payments/<uuid:payment_id>/lines.xlsx")
@allow(BillingPermission.EXPORT)
def remittance_sheet(payment_id: UUID) -> ResponseReturnValue:
    """Send the lines of a payment as a spreadsheet."""
    return send_sheet(as_sheet(database(), _exported(payment_id), asker=me(), at=clock.now()), "remittance")


def _exported(payment_id: UUID) -> PeopleRows:
    """Write down that the lines leave; returns what their file holds."""
    found = service.open_remittance(db(), payment_id, by=me(), at=clock.now())
    service.export_remittance(db(), found.payment, by=me(), at=clock.now())
    return queries.file_of_remittance(payment_id, by=me())
