"""Changes the parts of a listing that are rows of their own: what is said again stays as it is."""

from collections.abc import Collection, Sequence
from dataclasses import fields

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from referral.directory.models import CostOption, Language, Phone, RequiredDocument, Schedule, Service, ServiceNeed
from referral.directory.models import ServiceAtLocation as Listing
from referral.directory.queries.keeping import codes_of, documents_of, languages_of, phones_of, said_hours
from referral.directory.rules import hours
from referral.directory.rules.hours_typed import read_hours
from referral.directory.rules.languages import language_name
from referral.directory.rules.phones import read_phone, say_phone
from referral.directory.rules.problems import Unusable
from referral.directory.rules.vocabulary import NeedSource
from referral.directory.service.own_word import take_away
from referral.foundation.database import Base
from referral.foundation.refusals import Unfit
from referral.people.rules import NeedCategory

NO_HOURS = "Hours not stated"


def change_hours(session: Session, listing: Listing, lines: Sequence[str]) -> None:
    """Say when the listing is open; it has hours of its own from then on. Raises Unfit for what cannot be read."""
    known = said_hours(session, listing)
    made = [row for line in dict.fromkeys(lines) for row in _schedules(known.get(line), line)]
    own = session.scalars(select(Schedule.id).where(Schedule.service_at_location_id == listing.id)).all()
    take_away(session, _table(Schedule), own)
    if not made and said_hours(session, listing):
        made = [Schedule(description=NO_HOURS)]  # else those of the service or the place would count again
    for row in made:
        row.service_at_location_id = listing.id
    session.add_all(made)


def _schedules(known: Schedule | None, line: str) -> list[Schedule]:
    if known is not None:
        values = {part.name: getattr(known, part.name) for part in fields(hours.Schedule)}
        return [Schedule(**values, description=known.description, notes=known.notes)]
    if line == NO_HOURS:
        return []
    try:
        found = read_hours(line)
    except Unusable as unusable:
        raise Unfit("hours", _how_to_write(line)) from unusable
    if not found:
        return [Schedule(description=line)]
    return [Schedule(**{part.name: getattr(one, part.name) for part in fields(one)}) for one in found]


def _how_to_write(line: str) -> str:
    return f"“{line[:60]}” could mean several things. Write days and times, like Mon–Fri 9 am–5 pm, one line each."


def change_phones(session: Session, listing: Listing, lines: Sequence[str], *, is_only_site: bool) -> None:
    """Say which telephones answer; a new one is that of this place. Raises Unfit for what nobody could dial."""
    known = {say_phone(one.number, one.extension): one for one in phones_of(session, listing)}
    wanted = {say_phone(*found): found for found in map(_dialled, lines)}
    gone = [one.id for said, one in known.items() if said not in wanted]
    spoken = session.scalars(select(Language.id).where(Language.phone_id.in_(gone))).all()
    take_away(session, _table(Language), spoken)
    take_away(session, _table(Phone), gone)
    owner = {"service_id": listing.service_id} if is_only_site else {"service_at_location_id": listing.id}
    session.add_all(
        Phone(**owner, number=number, extension=extension, type="voice")
        for said, (number, extension) in wanted.items()
        if said not in known
    )


def _dialled(line: str) -> tuple[str, int | None]:
    try:
        return read_phone(line)
    except Unusable as unusable:
        raise Unfit("phones", f"Nobody could dial “{line[:60]}”. Write it with its area code, one line each.") from (
            unusable
        )


def change_languages(session: Session, listing: Listing, codes: Collection[str]) -> None:
    """Say which languages are spoken; what names a language we have no code for stays."""
    rows = languages_of(session, listing)
    stay = [one for one in rows if not (spoken := codes_of(one)) or spoken <= set(codes)]
    take_away(session, _table(Language), [one.id for one in rows if one not in stay])
    there = {code for one in stay for code in codes_of(one)}
    session.add_all(
        Language(service_id=listing.service_id, code=code, name=language_name(code))
        for code in sorted(set(codes) - there)
    )


def change_documents(session: Session, service: Service, lines: Sequence[str]) -> None:
    """Say which papers to bring."""
    rows = documents_of(session, service)
    take_away(session, _table(RequiredDocument), [one.id for one in rows if one.document not in lines])
    there = {one.document for one in rows}
    session.add_all(
        RequiredDocument(service_id=service.id, document=line) for line in dict.fromkeys(lines) if line not in there
    )


def change_cost(session: Session, service: Service, text: str | None) -> None:
    """Say what the service costs, in words."""
    options = session.scalars(select(CostOption.id).where(CostOption.service_id == service.id)).all()
    take_away(session, _table(CostOption), options)
    service.fees_description = text


def change_needs(session: Session, service: Service, needs: Collection[NeedCategory]) -> None:
    """Say with which needs the service helps: what somebody says replaces what was taken from its words."""
    for row in session.scalars(select(ServiceNeed).where(ServiceNeed.service_id == service.id)).all():
        session.delete(row)
    session.flush()
    session.add_all(ServiceNeed(service_id=service.id, need=one, source=NeedSource.STATED) for one in set(needs))


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]
