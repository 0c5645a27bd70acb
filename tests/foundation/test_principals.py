"""Every transaction says who asks; nothing of one asker is left for the next."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.database import MissingPrincipal, become
from referral.foundation.principal import NOBODY, Face, Principal, PrincipalKind, system
from tests.factories.fixtures import NOW

ORG = "01890000-0000-7000-8000-000000000001"
ANA = Principal(kind=PrincipalKind.USER, id="ana", face=Face.PLAN, organization_id=ORG)


def asked(session: Session, name: str) -> str:
    return session.scalar(text("SELECT current_setting(:name, true)"), {"name": name}) or ""


def test_a_transaction_without_a_principal_is_refused(engine_database):
    session = Session(bind=engine_database.engine)
    with pytest.raises(MissingPrincipal):
        session.execute(text("SELECT 1"))


def test_the_settings_of_one_asker_are_gone_for_the_next_on_the_same_connection(engine_database):
    for principal, organization, role in ((ANA, ORG, "referral_plan"), (NOBODY, "", "referral_app")):
        with engine_database.transaction(principal) as session:
            assert asked(session, "app.org") == organization
            assert session.scalar(text("SELECT current_user")) == role


def test_a_savepoint_keeps_the_asker(engine_database):
    with engine_database.transaction(ANA) as session:
        with session.begin_nested():
            session.execute(text("SELECT 1"))
        assert asked(session, "app.principal") == "user:ana"


def test_another_asker_may_be_named_within_the_transaction(engine_database):
    with engine_database.transaction(NOBODY) as session:
        session.execute(text("SELECT 1"))
        become(session, ANA)
        assert asked(session, "app.plan") == ORG


@pytest.mark.parametrize("principal", [ANA, system("test"), NOBODY])
@pytest.mark.parametrize(
    "deed", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
def test_nobody_in_the_program_can_change_the_audit_log(engine_database, principal, deed):
    with pytest.raises(DatabaseError), engine_database.transaction(principal) as session:
        session.execute(text(deed.format("audit_event")))


def test_the_program_owns_nothing_and_bypasses_nothing(engine_database):
    faces = "('referral_app', 'referral_plan', 'referral_network', 'referral_system', 'referral_report')"
    with engine_database.transaction(system("test")) as session:
        powers = session.execute(
            text(f"SELECT rolname FROM pg_roles WHERE rolname IN {faces} AND (rolsuper OR rolbypassrls)")
        )
        owned = session.execute(
            text(f"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner IN {faces}")
        )
        inherits = session.scalar(text("SELECT pg_has_role('referral_app', 'referral_network', 'usage')"))
        assert (powers.all(), owned.all(), inherits) == ([], [], False)


def test_an_event_says_who_did_what_to_whom(session):
    audit.record(session, "person:read", at=NOW, subject=("person", 7), reason="phone call", shown=["name"])
    row = session.execute(text("SELECT action, principal_id, subject_id, reason, details FROM audit_event")).one()
    assert row == ("person:read", "test-setup", "7", "phone call", {"shown": ["name"]})
