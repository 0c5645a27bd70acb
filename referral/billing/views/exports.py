"""The lines of the asker's invoices as a file."""

from flask.typing import ResponseReturnValue

from referral.billing import queries, service
from referral.billing.permissions import BillingPermission
from referral.billing.views.blueprint import pages
from referral.foundation import clock
from referral.people.files import as_csv, as_sheet
from referral.web.guard import allow
from referral.web.pages import send_sheet, stream_csv
from referral.web.transaction import database, db, me


@pages.get("/invoices/lines.csv")
@allow(BillingPermission.EXPORT)
def lines_csv() -> ResponseReturnValue:
    """Send every invoice line the asker may see, as a stream."""
    service.export_lines(db(), by=me(), at=clock.now())
    lines = queries.file_of_lines(by=me())
    return stream_csv(as_csv(database(), lines, asker=me(), at=clock.now()), "invoice-lines")


@pages.get("/invoices/lines.xlsx")
@allow(BillingPermission.EXPORT)
def lines_sheet() -> ResponseReturnValue:
    """Send every invoice line the asker may see as a spreadsheet."""
    service.export_lines(db(), by=me(), at=clock.now())
    lines = queries.file_of_lines(by=me())
    return send_sheet(as_sheet(database(), lines, asker=me(), at=clock.now()), "invoice-lines")
