"""Which passwords are refused, and that none is cut short."""

import pytest
from argon2 import PasswordHasher

from referral.accounts import passwords
from referral.accounts.models import User
from referral.accounts.rules import common_passwords, password_problem
from tests.accounts.staging import knock
from tests.factories.fixtures import PASSWORD

OWN = ("Carla Boone", "carla@harbor.example", "Harbor Food Pantry")


def test_every_common_password_is_refused_also_with_a_few_signs_behind_it() -> None:
    common = sorted(common_passwords())
    assert len(common) >= 3_000
    let_through = [f"{word}{tail}" for word in common for tail in ("", "2026!") if not password_problem(word + tail)]
    assert let_through == []


@pytest.mark.parametrize(
    "password",
    [
        "short words",
        "password1234!",
        "P@ssw0rd1234",
        "passwordpassword",
        "123456789012",
        "aaaaaaaaaaaaaaaa",
        "abcdefghijklm",
        "qwertyuiopas",
        "carla boone 2026",
        "HarborFoodPantry1",
        "carla@harbor.example",
        "x" * 257,
    ],
)
def test_a_password_that_others_would_guess_is_refused_in_words(password: str) -> None:
    assert password_problem(password, OWN)


@pytest.mark.parametrize("length", [64, 128, 256])
def test_a_long_passphrase_is_taken_whole(length: int) -> None:
    phrase = ("seven herons over quiet water " * 10)[:length]
    assert password_problem(phrase, OWN) is None
    assert passwords.is_password(phrase, kept := passwords.hash_password(phrase))
    assert not passwords.is_password(phrase[:-1], kept)


@pytest.mark.parametrize("phrase", ["correct horse battery staple", "longleaf pine demo", "carla likes seven herons"])
def test_several_words_make_a_good_password(phrase: str) -> None:
    assert password_problem(phrase, OWN) is None


def test_a_hash_of_other_parameters_is_made_anew_at_sign_in(app, ana, session) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    ana.user.password_hash = old
    session.commit()
    assert knock(app.test_client()).status_code == 303
    kept = session.get(User, ana.user_id, populate_existing=True).password_hash
    assert "m=19456,t=2,p=1" in kept
