"""Goals as ratios, and whether a run met them."""

from dataclasses import dataclass

from bench.measure import Figure


@dataclass(frozen=True)
class Goal:
    """A bound in words, what was found, and whether it holds."""

    bound: str
    found: float
    is_met: bool

    def __str__(self) -> str:
        return f"{self.bound}: {self.found:.2f} {'met' if self.is_met else 'NOT met'}"


@dataclass(frozen=True)
class Result:
    """A figure with its goal, where there is one."""

    figure: Figure
    goal: Goal | None = None


@dataclass(frozen=True)
class Rate:
    """Rows a second of our code and of its floor, with its goal, where there is one."""

    name: str
    ours: float
    floor: float
    floor_name: str
    goal: Goal | None = None


def at_most(bound: float, found: float | None, unit: str) -> Goal | None:
    """Return the goal that the value stays at or under the bound."""
    return None if found is None else Goal(f"≤ {bound:g} {unit}", found, found <= bound)


def at_least(bound: float, found: float, unit: str) -> Goal:
    """Return the goal that the value reaches the bound."""
    return Goal(f"≥ {bound:g} {unit}", found, found >= bound)
