"""Text and telephone numbers as other people typed them."""

import pytest

from referral.directory.rules.phones import read_phone, say_phone
from referral.directory.rules.problems import Unusable
from referral.directory.rules.text import clean, fold, listing_title, readable_name, says_inactive, words


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("\ufeff padded  text ", "padded text"),
        ("one\\ntwo", "one\ntwo"),
        ("peopleGÇÖs", "people’s"),
        ("peopleâ€™s", "people’s"),
        ("CafÃ©", "Café"),
        ("<p>Hot <b>meals</b></p>Daily", "Hot meals\nDaily"),
        ("children < 5 years", "children < 5 years"),
        ("Food &amp; more", "Food & more"),
        ("###SOURCE 12###Open", "Open"),
        ("nul\x00byte", "nulbyte"),
    ],
)
def test_text_is_cleaned(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_folding_makes_accents_and_case_the_same() -> None:
    assert fold("PAÑALES") == fold("panales")
    assert words("St. Mary's Ciudadanía") == ["st", "marys", "ciudadania"]


def test_shouted_names_are_said_calmly_and_others_left_alone() -> None:
    assert readable_name("CATHOLIC CHARITIES OF OHIO") == "Catholic Charities OF Ohio"
    assert readable_name("YMCA") == "YMCA"
    assert readable_name("McDowell House") == "McDowell House"


def test_a_service_named_after_its_town_is_told_by_its_organization() -> None:
    assert listing_title("Marathon", "Food Bank", "MARATHON") == "Food Bank – Marathon"
    assert listing_title("Pantry", "Food Bank", "Marathon") == "Pantry"


def test_a_description_can_say_that_a_service_has_ended() -> None:
    assert says_inactive("CURRENTLY NOT ACTIVE due to funding")
    assert says_inactive("We no longer give out boxes.")
    assert not says_inactive("Open to all.")


@pytest.mark.parametrize(
    ("raw", "number", "extension"),
    [
        ("330-784-1350", "+13307841350", None),
        ("(330) 784 1350 ext. 12", "+13307841350", 12),
        ("330.784.1350 x7", "+13307841350", 7),
        ("+1 330 784 1350", "+13307841350", None),
        ("2-1-1", "211", None),
        ("988", "988", None),
    ],
)
def test_a_phone_number_is_read(raw: str, number: str, extension: int | None) -> None:
    assert read_phone(raw) == (number, extension)


@pytest.mark.parametrize("raw", ["305-325-1818 xOPT2", "1-800-FOODNOW", "123", "291-873-1469", "call us", "", "999"])
def test_what_nobody_could_dial_is_refused(raw: str) -> None:
    with pytest.raises(Unusable):
        read_phone(raw)


def test_a_number_is_said_as_people_dial_it() -> None:
    assert say_phone("+13307841350", 12) == "(330) 784-1350 ext. 12"
    assert say_phone("211") == "211"
