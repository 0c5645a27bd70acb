"""The ways in which a deed is refused; each carries one plain sentence for the person who tried."""


class Refused(Exception):
    """What was asked is not possible now (409); nothing has changed."""


class NotAllowed(Refused):
    """This person may not do it, though somebody else may (403)."""


class NotFound(Refused):
    """There is no such record for the asker; says nothing about whether it exists for others (404)."""
