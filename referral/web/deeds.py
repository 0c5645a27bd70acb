"""What is done to one record through the API: it is opened, the deed is done, and it is shown as it stands then."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from flask_smorest import Blueprint
from marshmallow import Schema

from referral.web.guard import allow

Record = TypeVar("Record")
Deed = Callable[..., None]


def _as_it_is(record: Any) -> Any:
    return record


@dataclass(frozen=True, slots=True)
class Deeds(Generic[Record]):
    """The deeds to one kind of record: `opened` finds it by the ids in the address, `shown` makes the answer of it."""

    api: Blueprint
    address: str
    answer: type[Schema]
    opened: Callable[..., Record]
    shown: Callable[[Record], Any] = _as_it_is

    def deed(
        self, name: str, permission: StrEnum, form: type[Schema] | None = None
    ) -> Callable[[Deed], Callable[..., Any]]:
        """Publish a deed as `POST address/name`; what was sent reaches it as keywords."""

        def publish(do: Deed) -> Callable[..., Any]:
            @functools.wraps(do)
            def door(*sent: dict[str, Any], **ids: Any) -> Any:
                record = self.opened(**ids)
                do(record, **(sent[0] if sent else {}))
                return self.shown(record)

            door = self.api.response(200, self.answer)(door)
            if form is not None:
                door = self.api.arguments(form)(door)
            published: Callable[..., Any] = self.api.post(f"{self.address}/{name}")(allow(permission)(door))
            return published

        return publish
