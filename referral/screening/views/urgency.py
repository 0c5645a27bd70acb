"""The page an urgent answer opens: numbers to call, what to do, and a place to say who took over."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.screening import queries, rules, service
from referral.screening.permissions import ScreeningPermission
from referral.screening.schemas import UrgentForm
from referral.screening.views.blueprint import pages
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me


def now_page(screening_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show what the asker does now."""
    screening = service.open_screening(db(), screening_id, by=me(), at=clock.now())
    sheet = service.sheet(db(), screening, reader=me().user_id)
    if not sheet.urgent:
        return go("screening.ask", screening_id=screening_id)
    return show(
        "screening/now.html",
        sheet=sheet,
        person=sheet.person,
        act=service.act_now(sheet.urgent),
        causes=rules.URGENT_CAUSES,
        form=form or FormState(),
    )


@pages.get("/screenings/<uuid:screening_id>/now")
@allow(ScreeningPermission.ASK)
def now(screening_id: UUID) -> ResponseReturnValue:
    """Show what the asker does now."""
    return now_page(screening_id)


@pages.post("/screenings/<uuid:screening_id>/now")
@allow(ScreeningPermission.ASK)
@redisplay(now_page)
def act(screening_id: UUID) -> ResponseReturnValue:
    """Keep what is urgent and who took it over, then go on with the questions."""
    form = read(UrgentForm)
    waiting = [row for row in queries.urgent_answers_of(db(), screening_id) if not row.first_contact_at]
    if not waiting:
        raise NotFound
    service.act_on(db(), waiting, by=me(), at=clock.now(), **form)
    return go("screening.ask", screening_id=screening_id)
