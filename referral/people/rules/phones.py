"""Phone numbers: one way to store them (E.164), one way to show them."""

import phonenumbers


def normalize_phone(text: str, region: str = "US") -> str | None:
    """The number as E.164 (+19195550123), or None when it cannot be one; extensions are dropped."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def format_phone(e164: str) -> str:
    """The number as people in the United States write it; other countries keep their prefix."""
    number = phonenumbers.parse(e164)
    style = phonenumbers.PhoneNumberFormat
    is_domestic = number.country_code == 1
    return str(phonenumbers.format_number(number, style.NATIONAL if is_domestic else style.INTERNATIONAL))
