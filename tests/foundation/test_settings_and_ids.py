"""Settings refuse what would be unsafe; ids grow; numbers can be read aloud."""

import re

import pytest

from referral.foundation.ids import short_number, uuid7
from referral.foundation.settings import Settings, SettingsError

KEY = "vW8kq2Zr-5tYx_1nB7mL0cPd4sHf9gJa"
PRODUCTION = {
    "REFERRAL_ENV": "production",
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgresql://db.example/referral",
    "REDIS_URL": "redis://queue.example",
    "PUBLIC_BASE_URL": "https://referral.example",
    "TRUSTED_PROXIES": "1",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a token",
    "TWILIO_FROM": "+19195550100",
}


@pytest.fixture
def home(tmp_path):
    return {"REFERRAL_HOME": str(tmp_path)}


def test_a_complete_production_environment_is_accepted(home):
    assert Settings.from_environment(PRODUCTION | home).is_production


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("PUBLIC_BASE_URL", "http://referral.example"),
        ("TRUSTED_PROXIES", "0"),
        ("REFERRAL_DEMO", "1"),
        ("TWILIO_API_BASE", "http://127.0.0.1:5100"),
    ],
)
def test_production_refuses_to_start_and_names_the_setting(home, name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(PRODUCTION | home | {name: value})


def test_the_demonstration_makes_one_key_and_keeps_it(home):
    first, second = Settings.from_environment(home), Settings.from_environment(home)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32


def test_secrets_do_not_show_in_the_settings_text(home):
    assert KEY not in repr(Settings.from_environment(PRODUCTION | home))


def test_a_number_that_is_none_is_said_in_one_line(home):
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES must be a whole number"):
        Settings.from_environment(home | {"TRUSTED_PROXIES": "two"})


def test_ids_grow_and_are_version_7():
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_numbers_to_say_aloud_have_no_letters_that_look_alike():
    assert all(re.fullmatch(r"R-[2-9A-HJKMNP-TV-Z]{6}", short_number("R")) for _ in range(500))
