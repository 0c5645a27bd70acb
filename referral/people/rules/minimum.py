"""Which facts of a person a grant of access opens: the minimum necessary, as sets of field names.

Source: 45 CFR 164.502(b) asks for the minimum; which fields that is for whom is this product's decision.
"""

from collections.abc import Iterable

from referral.people.rules.grants import GrantScope

_MINIMUM = frozenset({"number", "given_name", "called", "language", "needs_interpreter", "household_size"})
_NAMED = frozenset({"number", "given_name", "family_name", "suffix", "called", "birth_on"})
_CONTACT = (
    _MINIMUM
    | _NAMED
    | {
        "written_language",
        "email",
        "contact_preference",
        "can_text",
        "can_leave_message",
        "safe_channels",
        "safe_weekdays",
        "safe_from",
        "safe_until",
        "safe_note",
        "safe_confirmed_at",
        "time_zone",
        "phones",
        "address",
    }
)

_OPENED: dict[GrantScope, frozenset[str]] = {
    GrantScope.MINIMUM: _MINIMUM,
    GrantScope.STATUS: _NAMED,
    GrantScope.BILLING: _NAMED | {"coverages"},
    GrantScope.CONTACT: _CONTACT,
    GrantScope.PART2: frozenset(),
    GrantScope.SAFETY: frozenset(),
    GrantScope.RECORD: _CONTACT | {"coverages", "is_hidden", "created_at", "version"},
}


def open_fields(scopes: Iterable[GrantScope]) -> frozenset[str]:
    """The names of the facts that these scopes open together; none without a scope."""
    return frozenset().union(*(_OPENED[scope] for scope in scopes))


_NAMING = frozenset({GrantScope.RECORD, GrantScope.CONTACT, GrantScope.BILLING})


def as_a_bill_needs(scopes: Iterable[GrantScope]) -> frozenset[GrantScope]:
    """What is left of these scopes for whoever only writes, checks or pays bills."""
    return frozenset({GrantScope.BILLING}) if _NAMING & set(scopes) else frozenset()
