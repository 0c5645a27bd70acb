"""The lines of the asker's invoices as a file for a spreadsheet."""

from flask.typing import ResponseReturnValue

from referral.billing import service
from referral.billing.permissions import BillingPermission
from referral.billing.queries.export import lines_sheet as sheet_of_lines
from referral.billing.views.blueprint import pages
from referral.foundation import clock
from referral.web.guard import allow
from referral.web.pages import send_sheet
from referral.web.transaction import database, db, me


@pages.get("/invoices/lines.xlsx")
@allow(BillingPermission.EXPORT)
def lines_sheet() -> ResponseReturnValue:
    """Send every invoice line the asker may see as a spreadsheet."""
    service.export_lines(db(), by=me(), at=clock.now())
    return send_sheet(sheet_of_lines(database(), asker=me(), at=clock.now()), "invoice-lines")
