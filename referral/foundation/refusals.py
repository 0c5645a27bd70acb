"""The ways in which a deed is refused; each carries one plain sentence for the person who tried."""

from uuid import UUID


class Refused(Exception):
    """What was asked is not possible now (409); nothing has changed."""


class NotAllowed(Refused):
    """This person may not do it, though somebody else may (403)."""


class NotFound(Refused):
    """There is no such record for the asker; says nothing about whether it exists for others (404)."""


class TooManyTries(Refused):
    """Too many tries in a short time (429); `wait_s` says after how many seconds the next one is heard."""

    def __init__(self, words: str, *, wait_s: int) -> None:
        super().__init__(words)
        self.wait_s = wait_s


class Stale(Refused):
    """Somebody saved another version meanwhile (412); both texts are shown, and nothing typed is lost."""

    def __init__(self) -> None:
        super().__init__("Somebody changed this while you were writing. Compare the two, then save again.")


class Unfit(Refused):
    """What was written in one field cannot be used (422); `field` names it, and nothing has changed."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def check_version(seen: int | None, now: int) -> None:
    """Raise Stale unless the version that was seen is the one that stands; None was not asked to be checked."""
    if seen is not None and seen != now:
        raise Stale


def check_second_person(proposed_by: UUID | None, confirmed_by: UUID | None) -> None:
    """Raise Refused unless somebody else confirms what was proposed: of two who decide, neither decides alone."""
    if confirmed_by is None or confirmed_by == proposed_by:
        raise Refused("Somebody else has to confirm what you proposed.")
