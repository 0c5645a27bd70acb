"""The person's own page behind a signed link: what is known, who looked, what was given; correct, end, take along."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template
from flask.typing import ResponseReturnValue

from referral.audit import service as audit
from referral.audit.queries import DISCLOSURES_SHOWN
from referral.audit.rules import AccountWindow
from referral.desk.queries import own
from referral.desk.schemas import AccountQuery, CorrectionForm, EndForm
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.people import queries as people_queries
from referral.people import service as people
from referral.people.models import Person, SignedLink
from referral.people.rules import GivenBy, LinkKind, domain_of
from referral.people.rules.requests import RequestKind
from referral.people.schemas import BirthDateForm, RequestForm
from referral.people.scripts import scripts_for
from referral.people.views.links import ask_birth_date, come_in
from referral.people.views.search import language_options
from referral.referrals import service as referrals
from referral.referrals.rules import Action, is_open
from referral.web import versions
from referral.web.forms import FormState
from referral.web.guard import public
from referral.web.pages import go, query, read, redisplay, show
from referral.web.transaction import db, me

NO_LONGER_WANTED = "no_longer_interested"
EVERYTHING: int | None = None

pages = Blueprint("own", __name__)
pages.add_app_template_filter(own.in_days)
pages.add_app_template_filter(lambda category: domain_of(category).value, "domain_of_need")
View = Callable[..., ResponseReturnValue]
Part = Callable[[str, SignedLink], ResponseReturnValue]


def for_the_person(view: View) -> View:
    """Ask for the birth date first, wherever it was not given."""

    @wraps(view)
    def wrapped(token: str, **parameters: Any) -> ResponseReturnValue:
        try:
            link = come_in(token, {LinkKind.OWN_PAGE})
        except NotFound:
            return go("people.link", token=token)
        return view(token=token, link=link, **parameters)

    return wrapped


@pages.get("/s/<token>/own/<part>")
@public
@for_the_person
def page(token: str, link: SignedLink, part: str) -> ResponseReturnValue:
    """Show one part of the person's own page: what is known, the account, the form, or a file of it all."""
    if part not in PARTS:
        raise NotFound
    return PARTS[part](token, link)


def again(token: str, part: str, form: FormState | None = None) -> Response:
    """Show the part again whose form was refused."""
    link = come_in(token)
    return FORMS.get(part, _known_page)(token, link, form=form)


@pages.post("/s/<token>/own/<part>")
@public
@redisplay(again)
def do(token: str, part: str) -> ResponseReturnValue:
    """Do what the person asks on their own page: look at safety once, correct, ask, end a referral."""
    if part not in DEEDS:
        raise NotFound
    return DEEDS[part](token, come_in(token, {LinkKind.OWN_PAGE}))


def _known(token: str, link: SignedLink) -> Response:
    return _known_page(token, link)


def _private(token: str, _link: SignedLink) -> Response:
    """Show this once what was told about safety, to whoever says the birth date again."""
    ask_birth_date(token, read(BirthDateForm)["birth_on"])
    return _known_page(token, come_in(token), is_asked_for=True)


def _end(token: str, link: SignedLink) -> ResponseReturnValue:
    """End one's own referral: at once, and without asking anybody."""
    referral = own.own_referral(db(), link.person_id, read(EndForm)["referral_id"])
    far = own.reach(link, is_asked_for=True)
    if referral is None or not far.shows(referral.level):
        raise NotFound
    referrals.move(db(), referral, Action.WITHDRAW, reason_code=NO_LONGER_WANTED, by=me(), at=clock.now())
    return go("own.page", _words(link)["own_ended"], token=token, part="known")


def _account(token: str, link: SignedLink) -> Response:
    """Show who looked at the record, and what was given to whom in three or six years."""
    asked, at, far = query(AccountQuery), clock.now(), own.reach(link)
    person = _open(link, at=at)
    window = AccountWindow(asked["years"])
    rows = own.given(db(), person.id, window, at=at, far=far, before=asked["before"])
    return show(
        "desk/own_account.html",
        **_frame(token, link),
        given=rows,
        window=window,
        next=rows[-1].id if len(rows) == DISCLOSURES_SHOWN else None,
        looked=own.looked(db(), person.id, since=window.since(at), far=far),
    )


def _correct_page(token: str, link: SignedLink, form: FormState | None = None) -> Response:
    """Show how the person is reached, as a form."""
    shown = own.known(db(), _open(link, at=clock.now()), own.reach(link))
    return show("desk/own_correct.html", **_frame(token, link), form=form, known=shown, languages=language_options())


def _keep(token: str, link: SignedLink) -> ResponseReturnValue:
    """Keep what the person corrected; the log says that they did it themselves."""
    person = db().get_one(Person, link.person_id)
    told = read(CorrectionForm)
    people.change_record(db(), person, told, version=versions.asked(), by=me(), at=clock.now())
    return go("own.page", _words(link)["own_kept"], token=token, part="known")


def _json_file(_token: str, link: SignedLink) -> Response:
    """Give everything but what was told about safety as a file for programs."""
    return _file(jsonify(_as_data(_everything(link))), "about-me.json")


def _html_file(token: str, link: SignedLink) -> Response:
    """Give the same as a page to keep, which needs nothing else."""
    text = render_template("desk/own_file.html", **_frame(token, link), **_everything(link))
    return _file(make_response(text), "about-me.html")


def _ask_page(token: str, link: SignedLink, form: FormState | None = None) -> Response:
    """Show what the person asked the care team for, with the answers, and the form."""
    person = _open(link, at=clock.now())
    asked = [one for one in people_queries.requests_of(db(), person.id) if one.reader is link.reader]
    kinds = [kind for kind in RequestKind if kind is not RequestKind.ERASE or link.reader is GivenBy.SELF]
    return show("desk/own_ask.html", **_frame(token, link), form=form, asked=asked, kinds=kinds)


def _ask(token: str, link: SignedLink) -> ResponseReturnValue:
    """Keep what the person asks for; their care team answers it."""
    person = db().get_one(Person, link.person_id)
    people.ask(db(), person, **read(RequestForm), reader=link.reader, by=me(), at=clock.now())
    return go("own.page", _words(link)["own_asked"], token=token, part="ask")


CORRECT, ASK = "correct", "ask"
PARTS: Mapping[str, Part] = {
    "known": _known,
    "account": _account,
    CORRECT: _correct_page,
    ASK: _ask_page,
    "about-me.json": _json_file,
    "about-me.html": _html_file,
}
DEEDS: Mapping[str, Part] = {"private": _private, CORRECT: _keep, ASK: _ask, "end": _end}


def _known_page(token: str, link: SignedLink, *, is_asked_for: bool = False, form: FormState | None = None) -> Response:
    at, far = clock.now(), own.reach(link, is_asked_for=is_asked_for)
    shown = own.known(db(), _open(link, at=at, why="own page, safety" if is_asked_for else "own page"), far)
    return show(
        "desk/own_known.html",
        **_frame(token, link),
        known=shown,
        form=form,
        is_asked_for=is_asked_for,
        may_ask=own.reach(link, is_asked_for=True) != own.reach(link),
    )


FORMS: Mapping[str, Callable[..., Response]] = {CORRECT: _correct_page, ASK: _ask_page}
"""Part -> the page that holds its form; every other form stands on the page of what is known."""


def _everything(link: SignedLink) -> dict[str, Any]:
    at, far = clock.now(), own.reach(link)
    person = _open(link, at=at, why="own file")
    subject = ("signed_link", link.id)
    audit.record(
        db(), "person:exported", by=me(), at=at, person_id=person.id, network_id=person.network_id, subject=subject
    )
    window = AccountWindow.HIPAA
    return {
        "at": at,
        "known": own.known(db(), person, far),
        "consents": own.own_consents(db(), person.id, at=at, far=far),
        "looked": own.looked(db(), person.id, since=window.since(at), far=far),
        "given": own.given(db(), person.id, window, at=at, far=far, limit=EVERYTHING),
    }


def _open(link: SignedLink, *, at: datetime, why: str = "own page") -> Person:
    return people.open_person(db(), link.person_id, by=me(), at=at, why=why)


def _words(link: SignedLink) -> dict[str, str]:
    return scripts_for(link.language).page


def _frame(token: str, link: SignedLink) -> dict[str, Any]:
    scripts = scripts_for(link.language)
    return {"token": token, "scripts": scripts, "words": scripts.page, "is_open": is_open}


def _file(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _as_data(found: dict[str, Any]) -> dict[str, Any]:
    """Return the file's content as plain values."""
    shown: own.Known = found["known"]
    person = shown.person
    names = ("number", "given_name", "family_name", "called", "birth_on", "language", "household_size", "email")
    parts = ("line_1", "line_2", "city", "state", "postal_code", "county")
    return {
        "made_at": found["at"].isoformat(),
        "person": {name: _plain(getattr(person, name)) for name in names},
        "phones": [phone.number for phone in shown.phones],
        "address": {part: getattr(shown.address, part) for part in parts} if shown.address else None,
        "coverage": [
            {"plan": plan.name, "member_id": one.member_id, "starts_on": _plain(one.starts_on)}
            for one, plan in shown.coverages
        ],
        "told": [{"question": question, "answer": answer} for question, answer in shown.told],
        "needs": [
            {"category": need.category, "state": need.state, "found_at": _plain(need.found_at)} for need in shown.needs
        ],
        "answers": [_flat(one) for one in shown.answers],
        "referrals": [
            {"to": one.receiver.name, "category": one.category, "status": one.status, "sent_at": _plain(one.sent_at)}
            | {"written": [_flat(line) for line in shown.written.get(one.id, ())]}
            for one in shown.referrals
        ],
        "consents": [
            {"scope": one.scope, "starts_on": _plain(one.starts_on), "ends_on": _plain(one.ends_on)}
            for one in found["consents"]
        ],
        "looked": [_flat(one) for one in found["looked"]],
        "given": [_flat(one) for one in found["given"]],
    }


def _flat(one: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(one).items() if name != "id"}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
