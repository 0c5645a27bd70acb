"""Warnings before and while help is given; none of them stops a service."""

from datetime import date
from decimal import Decimal

from referral.programs.rules import Approval, Balance, Window, delivery_warnings, start_warning

MARCH = Approval(
    "A", "BOX", "small", Window(date(2024, 3, 1), date(2024, 3, 31)), units=Decimal(4), amount=Decimal(100)
)


def _start(*approvals: Approval, on: date, variant: str = "small") -> str | None:
    return start_warning(approvals, service="BOX", variant=variant, on=on)


def test_a_start_inside_an_approved_window_needs_no_warning() -> None:
    assert _start(MARCH, on=date(2024, 3, 31)) is None


def test_a_start_without_an_approval_warns_and_says_that_it_is_possible() -> None:
    warning = _start(on=date(2024, 3, 1))

    assert warning is not None
    assert "You can start all the same" in warning
    assert _start(MARCH, on=date(2024, 3, 1), variant="large") == warning


def test_a_start_too_early_or_too_late_says_so() -> None:
    assert "starts on 03/01/2024" in (_start(MARCH, on=date(2024, 2, 29)) or "")
    assert "has ended" in (_start(MARCH, on=date(2024, 4, 1)) or "")


def _delivery(approval: Approval | None, balance: Balance | None = None, **fields: object) -> list[str]:
    given = {"service": "BOX", "variant": "small", "on": date(2024, 3, 5), "units": Decimal(2)} | fields
    return delivery_warnings(approval, balance or Balance(), **given)  # type: ignore[arg-type]  # a mixed bag


def test_a_covered_delivery_has_no_warnings() -> None:
    assert _delivery(MARCH) == []


def test_every_problem_of_a_delivery_is_said() -> None:
    used = Balance(units_used=Decimal(3), amount_used=Decimal(100))
    warnings = _delivery(MARCH, used, service="MEAL", on=date(2024, 4, 2))

    assert len(warnings) == 4
    assert "1 units left" in warnings[2]
    assert _delivery(None) == ["No approved service authorization covers this service."]
