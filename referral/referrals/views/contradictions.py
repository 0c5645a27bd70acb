"""Pages: where a provider says help was given and the person says it was not."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.audit import service as audit
from referral.foundation import clock
from referral.referrals import queries, service
from referral.referrals.permissions import ReferralPermission
from referral.referrals.schemas import ResolutionForm
from referral.referrals.views.blueprint import pages
from referral.referrals.views.words import ANSWERS
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me


def contradictions_page(contradiction_id: UUID | None = None, form: FormState | None = None) -> ResponseReturnValue:
    """Show the queue; with a form, the one that could not be settled."""
    network_id = me().network_id
    rows = queries.contradicted(db(), network_id) if network_id else []
    ids = [line.id for _, line in rows]
    audit.record_list(db(), "contradiction:read", at=clock.now(), kind="referral", ids=ids)
    return show(
        "referrals/contradictions.html",
        rows=rows,
        numbers=queries.numbers_to_call(db(), [line.person_id for _, line in rows if line.given_name]),
        refused_id=contradiction_id,
        form=form,
        answers=ANSWERS,
    )


@pages.get("/contradictions")
@allow(ReferralPermission.REVIEW)
def contradictions() -> ResponseReturnValue:
    """Show contradictions that wait for a call to the person."""
    return contradictions_page()


@pages.post("/contradictions/<uuid:contradiction_id>")
@allow(ReferralPermission.REVIEW)
@redisplay(contradictions_page)
def resolve(contradiction_id: UUID) -> ResponseReturnValue:
    """Close the review with what the person said when asked again."""
    form = read(ResolutionForm)
    found = service.find_contradiction(db(), contradiction_id)
    service.resolve_contradiction(db(), found, by=me(), at=clock.now(), **form)
    return go("referrals.contradictions", "Settled. Every earlier report stays as it was.")
