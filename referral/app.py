"""Put the rooms together: the one list of pages, and who reacts to what."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, g
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from flask_smorest import Blueprint as ApiBlueprint
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from referral.accounts import api as accounts_api
from referral.accounts import identity
from referral.accounts import jobs as accounts_jobs
from referral.accounts import views as accounts_views
from referral.audit import service as audit
from referral.audit.jobs import Sealer
from referral.audit.rules import sealing_key
from referral.billing import api as billing_api
from referral.billing import views as billing_views
from referral.demo import progress as demo_progress
from referral.desk import api as desk_api
from referral.desk import own_page
from referral.desk import views as desk_views
from referral.directory import api as directory_api
from referral.directory import jobs as directory_jobs
from referral.directory import views as directory_views
from referral.equity import api as equity_api
from referral.equity import jobs as equity_jobs
from referral.equity import views as equity_views
from referral.equity.queries import reports
from referral.exchange import api as exchange_api
from referral.foundation import clock, kept_answers, use_counts
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING
from referral.foundation.jobs import Handlers
from referral.foundation.principal import Principal
from referral.foundation.queue import Nudge
from referral.foundation.settings import Settings
from referral.messaging import api as messaging_api
from referral.messaging import jobs as messaging_jobs
from referral.messaging import views as messaging_views
from referral.messaging import webhooks as messaging_webhooks
from referral.messaging.carrier import Carrier, MayText
from referral.messaging.twilio import sender_from
from referral.organizations import api as organizations_api
from referral.organizations import views as organizations_views
from referral.people import api as people_api
from referral.people import jobs as people_jobs
from referral.people import queries as people_queries
from referral.people import views as people_views
from referral.permissions import GRANTS
from referral.programs import api as programs_api
from referral.programs import jobs as programs_jobs
from referral.programs import queries as programs_queries
from referral.programs import views as programs_views
from referral.referrals import api as referrals_api
from referral.referrals import jobs as referrals_jobs
from referral.referrals import views as referrals_views
from referral.referrals.queries import texting
from referral.retention import jobs as retention_jobs
from referral.retention import views as retention_views
from referral.screening import api as screening_api
from referral.screening import views as screening_views
from referral.web import (
    access_log,
    charts,
    entry,
    errors,
    guard,
    headers,
    health,
    idempotency,
    openapi,
    parts,
    transaction,
    versions,
)
from referral.web.transaction import Application

ROOT = Path(__file__).parents[1]

PAGES: Sequence[Blueprint] = (
    health.pages,
    organizations_views.pages,
    accounts_views.pages,
    messaging_views.pages,
    people_views.pages,
    screening_views.pages,
    referrals_views.pages,
    directory_views.pages,
    programs_views.pages,
    billing_views.pages,
    equity_views.pages,
    retention_views.pages,
    desk_views.pages,
    own_page.pages,
)

HOOKS: Sequence[Blueprint] = (messaging_webhooks.hooks,)
"""Doors for other systems that sign what they send; a CSRF token is not theirs to have."""

APIS: Sequence[ApiBlueprint] = (
    accounts_api.api,
    organizations_api.api,
    messaging_api.api,
    people_api.api,
    people_api.emergencies_api,
    referrals_api.api,
    screening_api.api,
    directory_api.api,
    programs_api.api,
    billing_api.api,
    equity_api.api,
    desk_api.api,
)

EXCHANGES: Sequence[Blueprint] = (exchange_api.api,)
"""Doors for other systems in a format of theirs; they bring a bearer token as every program does."""

HANDLERS: Handlers = {
    "directory.refresh": (directory_jobs.refresh,),
    "question.open": (messaging_jobs.open_question,),
    "question.expire": (messaging_jobs.expire_question,),
    "consents.follow_ends": (people_jobs.follow_ends,),
    "consent.withdrawn": (
        people_jobs.forget_kept_answers,
        referrals_jobs.withdraw_resting_on,
        programs_jobs.consent_withdrawn,
    ),
    "person.hidden": (referrals_jobs.hide,),
    "person.asked": (retention_jobs.note_erasure,),
    "retention.erase": (retention_jobs.erase,),
    "referral.sent": (),
    "referral.in_review": (),
    "referral.accepted": (),
    "referral.waitlisted": (),
    "referral.needs_person": (),
    "referral.in_service": (),
    "referral.closed": (
        referrals_jobs.ask_whether_help_arrived,
        referrals_jobs.drop_questions,
        referrals_jobs.follow_need,
    ),
    "referral.expire": (referrals_jobs.expire,),
    "referral.evidence": (referrals_jobs.follow_need,),
    "question.answered": (referrals_jobs.keep_answer,),
    "question.closed": (),
    "message.settled": (messaging_jobs.release_texts,),
    "number.opted_out": (people_jobs.follow_stop,),
    "number.opted_in": (people_jobs.follow_start,),
    "programs.expire": (programs_jobs.expire,),
    "enrollment.changed": (),
    "service_authorization.changed": (),
    "invoice.changed": (),
    "facts.refresh": (equity_jobs.refresh,),
    "retention.run": (retention_jobs.run, accounts_jobs.forget_tries, use_counts.purge),
}
"""Task -> who reacts. A lower room writes the job, the upper rooms subscribe here."""

SCHEDULE: Mapping[str, int] = {
    "audit.seal": 5,
    "audit.checkpoint": 60,
    "consents.follow_ends": 60,
    "directory.refresh": 24 * 60,
    "programs.expire": 60,
    "facts.refresh": equity_jobs.EVERY_MINUTES,
    "retention.run": 60,
}
"""Task -> every how many minutes the tick adds it."""


def handlers(settings: Settings, database: Database, *, may_text: MayText | None = None) -> Handlers:
    """Return who reacts to what, with those that need the world outside: the carrier of texts, and the sealer."""
    carrier = Carrier(
        database=database,
        sender=sender_from(settings),
        may_text=may_text or texting.may_text,
        safe_from=people_queries.safe_to_text_from,
        base_url=settings.public_base_url,
    )
    points = checkpoints(settings)
    sealer = Sealer(database, points)
    return {
        **HANDLERS,
        "message.send": (carrier.send,),
        "audit.seal": (sealer.seal,),
        "audit.checkpoint": (sealer.checkpoint,),
        "retention.run": (*HANDLERS["retention.run"], retention_jobs.LogPurge(points.key).run),
    }


def checkpoints(settings: Settings) -> audit.Checkpoints:
    """Return where it is noted, outside the database, how far the audit log was sealed."""
    return audit.Checkpoints(settings.checkpoint_file, sealing_key(settings.audit_key or settings.secret_key))


def create_app(settings: Settings, database: Database | None = None) -> Application:
    """Return the application over the database and queue that the settings name."""
    app = Application(
        "referral", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "referral/web/static")
    )
    configure(app, settings)
    KEYRING.unlock(settings.secret_key)
    nudge = Nudge(settings.redis_url or "redis://127.0.0.1:6379")
    app.extensions |= {
        "settings": settings,
        "database": database or Database(settings.database_url or ""),
        "identify": identity.identify,
        "grants": GRANTS,
        "nudge": nudge,
        "queue_answers": nudge.answers,
        "report_denied": _report_denied,
        "report_replayed": _report_replayed,
        "notes_on_referral": programs_queries.notes_on_referral,
    }
    app.before_request(access_log.begin)
    app.before_request(headers.new_request)
    csrf = CSRFProtect(app)
    identity.register(app)
    parts.install(app)
    app.before_request(entry.refuse_nul)
    app.before_request(entry.refuse_other_sites)
    app.before_request(guard.keep_doors)
    app.before_request(entry.refuse_odd_json)
    app.before_request(versions.require)
    app.before_request(idempotency.replay)
    app.after_request(access_log.write)
    app.after_request(headers.secure)
    app.after_request(versions.tag)
    app.teardown_request(transaction.close)
    app.view_functions["static"] = guard.public(app.view_functions["static"])
    if settings.is_demo:
        demo_progress.register(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for door in (*HOOKS, *EXCHANGES):
        app.register_blueprint(door)
        csrf.exempt(door)
    publish_api(app, csrf)
    errors.register(app)  # after flask-smorest, which brings a handler of its own
    app.context_processor(lambda: {"nonce": g.get("nonce", ""), "me": transaction.me})
    return app


def warm_up() -> None:
    """Do once what takes a process seconds the first time, so that no reader of a report waits for it."""
    reports.warm_up()
    charts.lines("", "", [charts.Point("2026-01", 1.0)])


def publish_api(app: Flask, csrf: CSRFProtect) -> None:
    """Register the JSON API with its OpenAPI document; bearer tokens need no CSRF token."""
    published = Api(app)
    ApiBlueprint.ARGUMENTS_PARSER.unknown = None  # each schema says what is unknown, also of a query: it is refused
    ApiBlueprint.ARGUMENTS_PARSER.pre_load = entry.refuse_odd_booleans
    published.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for blueprint in APIS:
        published.register_blueprint(blueprint)
        csrf.exempt(blueprint)
    _open_document(app, published)


def _open_document(app: Flask, published: Api) -> None:
    """Show the whole OpenAPI document to everybody; it is made once, when it is first asked for."""

    @cache
    def document() -> str:
        return app.json.dumps(openapi.complete(app, published.spec.to_dict()))

    def openapi_json() -> ResponseReturnValue:
        return app.response_class(document(), mimetype="application/json")

    app.view_functions["api-docs.openapi_json"] = guard.public(openapi_json)


def configure(app: Flask, settings: Settings) -> None:
    """Turn settings into Flask's configuration."""
    is_tls = settings.public_base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        PUBLIC_BASE_URL=settings.public_base_url,
        DEMO=settings.is_demo,
        QUICK_EXIT_URL=settings.quick_exit_url,
        SECOND_FACTOR=settings.has_second_factor,
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="__Host-form" if is_tls else "form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_tls,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        API_TITLE="Referral",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"security": [{"bearer": []}]},
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way


def _report_denied(principal: Principal, permission: str) -> None:
    audit.record_security(transaction.database(), "access:denied", at=clock.now(), by=principal, permission=permission)


def _report_replayed(principal: Principal, kept: kept_answers.IdempotencyKey) -> None:
    """A kept answer that is given again is read again, perhaps about a person."""
    subject = ("idempotency_key", kept.id)
    audit.record(transaction.db(), "answer:replayed", at=clock.now(), by=principal, subject=subject)
