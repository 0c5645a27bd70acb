"""What a production start asks of the database: no demonstration in it, and no right to go around the walls."""

from collections.abc import Mapping

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import TextClause, text
from sqlalchemy.exc import ProgrammingError

from referral.foundation.database import Database
from referral.foundation.principal import system
from referral.foundation.rls import OWNER
from referral.foundation.settings import Settings, SettingsError

_STARTING = system("start")
_CHECKS: Mapping[str, TextClause] = {
    "DATABASE_URL signs in as a superuser or with BYPASSRLS: use referral_app, which row-level security binds.": text(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
    ),
    f"DATABASE_URL signs in as a role that owns tables, or may become {OWNER}: use referral_app.": text(
        "SELECT pg_has_role(session_user, :owner, 'MEMBER') OR EXISTS"
        " (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner IN (session_user, current_user))"
    ).bindparams(owner=OWNER),
    "The database holds the demonstration: production needs one of its own.": text(
        "SELECT EXISTS (SELECT FROM demonstration) OR EXISTS (SELECT FROM app_user WHERE email LIKE '%@demo.example')"
    ),
}


def check(settings: Settings, database: Database) -> None:
    """Refuse a production start on an unfit database; raises SettingsError with a line for each reason."""
    if settings.is_production and (problems := database_problems(database)):
        raise SettingsError("\n".join(problems))


def database_problems(database: Database) -> list[str]:
    """Return a line for each thing about the database that production refuses."""
    try:
        with database.transaction(_STARTING) as session:
            return [line for line, query in _CHECKS.items() if session.scalar(query)]
    except ProgrammingError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            return ["DATABASE_URL signs in as a role that may not work as referral_app: use referral_app."]
        return ["The database is not at the present schema: run referral migrate first."]
