"""Encrypted columns: unreadable without the key, in another place, or after a change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.foundation.encryption import CannotDecrypt, Keyring


def keyring(*secrets: str) -> Keyring:
    ring = Keyring()
    ring.unlock(secrets[0], secrets[1:])
    return ring


@given(st.text())
def test_what_is_sealed_opens_again_and_does_not_show_the_text(text: str):
    ring = keyring("first secret")
    sealed = ring.seal(text, "person.safe_note")
    assert ring.open(sealed, "person.safe_note") == text
    assert len(text) < 4 or text.encode() not in sealed


def test_the_same_text_is_sealed_differently_each_time():
    ring = keyring("first secret")
    assert ring.seal("call after nine", "person.safe_note") != ring.seal("call after nine", "person.safe_note")


def test_a_value_does_not_open_in_another_column():
    ring = keyring("first secret")
    sealed = ring.seal("call after nine", "person.safe_note")
    with pytest.raises(CannotDecrypt):
        ring.open(sealed, "person.other_note")


def test_a_changed_value_does_not_open():
    ring = keyring("first secret")
    sealed = bytearray(ring.seal("call after nine", "person.safe_note"))
    sealed[-1] ^= 1
    with pytest.raises(CannotDecrypt):
        ring.open(bytes(sealed), "person.safe_note")


def test_after_a_change_of_keys_old_values_open_while_the_old_key_is_kept():
    sealed = keyring("old secret").seal("call after nine", "person.safe_note")
    assert keyring("new secret", "old secret").open(sealed, "person.safe_note") == "call after nine"
    with pytest.raises(CannotDecrypt):
        keyring("new secret").open(sealed, "person.safe_note")


def test_a_locked_keyring_writes_nothing():
    with pytest.raises(CannotDecrypt, match="locked"):
        Keyring().seal("call after nine", "person.safe_note")
