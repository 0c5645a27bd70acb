"""Pages: service authorizations, as a list, one by one, and the request for one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.audit import service as audit
from referral.foundation import clock
from referral.foundation.principal import Face
from referral.foundation.refusals import NotFound
from referral.foundation.ticked import Outcome
from referral.people import queries as people
from referral.programs import queries, service
from referral.programs.models import ProgramService, ServiceAuthorization
from referral.programs.permissions import ProgramPermission
from referral.programs.rules import (
    AUTHORIZATION_MOVES,
    NEXT_STEPS,
    OPEN_STATES,
    AuthorizationAction,
    AuthorizationState,
    DenialReason,
    allowed_actions,
    standing,
)
from referral.programs.schemas import AuthorizationsQuery, RequestForm
from referral.programs.service.movers import movers_of
from referral.programs.views.blueprint import pages
from referral.referrals import service as referrals
from referral.web.chips import in_words
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, query, read, redisplay, show
from referral.web.transaction import db, me

HAPPENED = {
    AuthorizationAction.REQUEST: "Requested",
    AuthorizationAction.SUGGEST: "Suggested",
    AuthorizationAction.REVIEW: "Taken into review",
    AuthorizationAction.APPROVE: "Approved",
    AuthorizationAction.DENY: "Denied",
    AuthorizationAction.CANCEL: "Cancelled",
    AuthorizationAction.EXPIRE: "Expired",
}


def authorizations_page(
    form: FormState | None = None, left: Sequence[Outcome] = (), **_parameters: object
) -> ResponseReturnValue:
    """Show the asker's service authorizations: what waits first; `left` are those that could not be approved."""
    asked = query(AuthorizationsQuery)
    states = (asked["state"],) if asked["state"] else tuple(OPEN_STATES)
    rows = queries.authorizations(db(), by=me(), states=states, after=asked["after"], limit=asked["limit"])
    shown = [authorization.id for authorization, _ in rows]
    audit.record_list(db(), "service_authorization:listed", at=clock.now(), kind="service_authorization", ids=shown)
    is_plan = me().face is Face.PLAN and me().can(ProgramPermission.DECIDE_ENROLLMENT)
    plan_id = me().organization_id
    return show(
        "programs/authorizations.html",
        rows=rows,
        form=form,
        left=left,
        asked=asked,
        may_tick=me().can(ProgramPermission.DECIDE) and asked["state"] in {None, *OPEN_STATES},
        state=asked["state"],
        next_after=shown[-1] if len(shown) == asked["limit"] else None,
        proposals=queries.proposed_enrollments(db(), plan_id) if is_plan and plan_id else [],
        next_steps=NEXT_STEPS,
        labels=_labels(),
    )


@pages.get("/authorizations")
@allow(ProgramPermission.READ)
def authorizations() -> ResponseReturnValue:
    """Show the asker's service authorizations: what waits first."""
    return authorizations_page()


def authorization_page(
    authorization_id: UUID, form: FormState | None = None, **_parameters: object
) -> ResponseReturnValue:
    """Show one service authorization with its history and what may be done with it now."""
    found = service.open_authorization(db(), authorization_id, by=me(), at=clock.now())
    return show(
        "programs/authorization.html",
        authorization=found,
        label=_labels().get((found.program_id, found.service_code, found.variant), found.service_code),
        person=people.visible(db(), found.person_id),
        referral=queries.referral_of(db(), found),
        enrollment=queries.enrollment(db(), found.enrollment_id),
        story=_story(found),
        standing=standing(found.state, found.approved_window(), on=clock.today()),
        grounds=_grounds(found),
        actions=_actions(found),
        denial_reasons=[(reason.value, reason.label) for reason in DenialReason],
        form=form or FormState(),
    )


@pages.get("/authorizations/<uuid:authorization_id>")
@allow(ProgramPermission.READ)
def authorization(authorization_id: UUID) -> ResponseReturnValue:
    """Show one service authorization."""
    return authorization_page(authorization_id)


def request_page(referral_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show the form that asks the plan to pay for a referral's service."""
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    program = next(iter(queries.programs_of(db(), referral.network_id)), None)
    offered = (
        queries.contracted_services(db(), referral.receiving_organization_id, program.id, clock.today())
        if program is not None
        else ()
    )
    return show(
        "programs/request.html",
        referral=referral,
        program=program,
        services=[(one.id, f"{one.label} – {one.unit}") for one in offered if not one.is_sensitive],
        known=queries.of_referral(db(), referral.id),
        form=form or FormState(),
    )


@pages.get("/referrals/<uuid:referral_id>/authorization")
@allow(ProgramPermission.REQUEST)
def request_form(referral_id: UUID) -> ResponseReturnValue:
    """Show the form for a request."""
    return request_page(referral_id)


@pages.post("/referrals/<uuid:referral_id>/authorization")
@allow(ProgramPermission.REQUEST)
@redisplay(request_page)
def request_one(referral_id: UUID) -> ResponseReturnValue:
    """Ask the plan to pay for a service of the referral."""
    given = read(RequestForm)
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    chosen = db().get(ProgramService, given.pop("service"))
    if chosen is None:
        raise NotFound
    made = service.request_authorization(
        db(), referral, service_code=chosen.code, variant=chosen.variant, by=me(), at=clock.now(), **given
    )
    return go("programs.authorization", _said(made), authorization_id=made.id)


def _said(made: ServiceAuthorization) -> str:
    if made.is_suggestion:
        return "Suggested. A navigator has to confirm it before it reaches the plan."
    said = {
        AuthorizationState.APPROVED: "Approved at once: the plan approved this service beforehand.",
        AuthorizationState.DENIED: "Denied: the plan's allocation is used up.",
    }
    return said.get(made.state, "Requested. The plan decides.")


def _story(found: ServiceAuthorization) -> list[dict[str, Any]]:
    """Return what happened to the authorization, newest first, as the timeline draws it."""
    changes = reversed(queries.changes_of(db(), found.id))
    return [
        {
            "at": one.at,
            "what": HAPPENED[one.action],
            "who": one.by_name,
            "note": " ".join(words for words in (in_words(one.reason_code or ""), one.note or "") if words),
        }
        for one in changes
    ]


def _grounds(found: ServiceAuthorization) -> service.Grounds | None:
    """Return whether its grounds stand today, for whoever bills and pays."""
    if not me().can(ProgramPermission.GROUNDS):
        return None
    return service.grounds_of_authorization(db(), found, on=clock.today(me().time_zone), at=clock.now())


def _labels() -> dict[tuple[UUID, str, str | None], str]:
    network_id = me().network_id
    return queries.service_labels(db(), network_id) if network_id is not None else {}


def _actions(found: ServiceAuthorization) -> set[str]:
    """Return what the asker may do now; the plan takes a request up by deciding it."""
    actions = {action.value for action in allowed_actions(AUTHORIZATION_MOVES, found.state, movers=movers_of(me()))}
    if "review" in actions and not found.is_suggestion:
        actions |= {"approve", "deny", "ask"}
    if found.is_suggestion:
        actions -= {"review", "approve", "deny"}
        actions |= {"confirm"} if me().can(ProgramPermission.CONFIRM) else set()
    if "approve" in actions:
        actions.add("ask")
    return actions
