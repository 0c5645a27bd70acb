"""One process owns the embedded servers; others attach; nothing is left running."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from sqlalchemy import make_url

from referral.foundation import embedded
from referral.foundation.migrations import migrate
from referral.foundation.settings import Settings

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="this run is on servers of the machine, not on embedded ones"
)

ASK_FROM_ANOTHER_PROCESS = """
from referral.foundation import embedded
from referral.foundation.settings import Settings
with embedded.running(Settings.from_environment()) as settings:
    print(settings.database_url)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded")


def test_the_first_process_owns_the_servers_and_a_second_one_attaches(home):
    with embedded.running(Settings(home=home)) as settings:
        answer = subprocess.run(
            [sys.executable, "-c", ASK_FROM_ANOTHER_PROCESS],
            env={"PATH": os.environ["PATH"], "REFERRAL_HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.strip() == settings.database_url
        assert Redis.from_url(settings.redis_url).ping()


def test_the_servers_end_with_their_owner_and_the_data_stays(home):
    with embedded.running(Settings(home=home)) as settings:
        migrate(str(settings.owner_database_url))
        with psycopg.connect(settings.owner_database_url) as connection:
            connection.execute(
                "INSERT INTO network (id, name, state, time_zone) VALUES (gen_random_uuid(), 'Kept', 'NC', 'UTC')"
            )
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(str(settings.database_url), connect_timeout=2)
    with embedded.running(Settings(home=home)) as settings, psycopg.connect(settings.owner_database_url) as connection:
        assert connection.execute("SELECT name FROM network").fetchone() == ("Kept",)


def test_the_program_signs_in_as_the_application_never_as_superuser(home):
    with embedded.running(Settings(home=home)) as settings:
        assert make_url(str(settings.database_url)).username == "referral_app"
        with psycopg.connect(str(settings.database_url)) as connection:
            query = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            assert connection.execute(query).fetchone() == (False,)


def test_servers_that_the_settings_name_are_used_and_nothing_is_started(tmp_path):
    given = Settings(home=tmp_path / "unused", database_url="postgresql://db.example/x", redis_url="redis://q.example")
    with embedded.running(given) as settings:
        assert settings == given
    assert not (tmp_path / "unused").exists()
