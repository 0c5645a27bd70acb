"""Who works in the demonstration, and how to sign in as them."""

from collections.abc import Sequence
from dataclasses import dataclass

from referral.organizations.rules import Role

PASSWORD = "longleaf pine demo"  # noqa: S105 -- printed on purpose: synthetic data only, refused in production


@dataclass(frozen=True)
class Employee:
    """A user of the demonstration."""

    email: str
    name: str
    organization: str
    roles: tuple[Role, ...]
    title: str


STAFF: Sequence[Employee] = (
    Employee("nora@demo.example", "Nora Whitaker", "Carolina Coordination Center", (Role.NAVIGATOR,), "Navigator"),
    Employee("nick@demo.example", "Nick Alvarado", "Carolina Coordination Center", (Role.NAVIGATOR,), "Navigator"),
    Employee("sam@demo.example", "Sam Okafor", "Carolina Coordination Center", (Role.COORD_SUPERVISOR,), "Supervisor"),
    Employee(
        "carla@demo.example",
        "Carla Boone",
        "Harbor Food Pantry",
        (Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER),
        "Community organization",
    ),
    Employee("leo@demo.example", "Leo Grant", "Eastern Network Lead", (Role.NETWORK_LEAD,), "Network lead"),
    Employee("lina@demo.example", "Lina Hayes", "Cape Fear Network Lead", (Role.NETWORK_LEAD,), "Network lead"),
    Employee("liam@demo.example", "Liam Rowe", "Western Network Lead", (Role.NETWORK_LEAD,), "Network lead"),
    Employee(
        "paula@demo.example",
        "Paula Nguyen",
        "Piedmont Health Plan",
        (Role.PLAN_CARE_MGR, Role.PLAN_ANALYST),
        "Plan, care manager",
    ),
    Employee("finn@demo.example", "Finn Abbott", "Piedmont Health Plan", (Role.PLAN_FINANCE,), "Plan, finance"),
    Employee("pia@demo.example", "Pia Sutton", "Coastal Care Plan", (Role.PLAN_CARE_MGR,), "Plan, care manager"),
    Employee("fay@demo.example", "Fay Coleman", "Coastal Care Plan", (Role.PLAN_FINANCE,), "Plan, finance"),
    Employee(
        "per@demo.example", "Per Lindqvist", "Blue Ridge Health Plan", (Role.PLAN_CARE_MGR,), "Plan, care manager"
    ),
    Employee("flo@demo.example", "Flo Merritt", "Blue Ridge Health Plan", (Role.PLAN_FINANCE,), "Plan, finance"),
    Employee("stella@demo.example", "Stella Ruiz", "State Health Agency", (Role.PLAN_ANALYST,), "State, analyst"),
    Employee("ada@demo.example", "Ada Price", "Carolina Coordination Center", (Role.SYSADMIN,), "Administrator"),
)

SIGN_INS: Sequence[tuple[str, str, str]] = tuple(
    (f"{one.title} ({one.name})", one.email, PASSWORD)
    for one in STAFF
    if one.email.split("@")[0] in {"nora", "carla", "leo", "paula", "finn", "stella", "ada"}
)
"""One sign-in a role: (who, e-mail, password)."""
