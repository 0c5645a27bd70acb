"""Prints docs/doors.md: python -m tests.house.printing > docs/doors.md"""

from enum import StrEnum
from pathlib import Path

from referral.app import create_app
from referral.foundation.settings import Settings
from referral.web.transaction import Application

HEADING = """# Doors

Every address, what it takes, and who may come in. Printed: `python -m tests.house.printing > docs/doors.md`.
A door without a permission checks a signature of its own, or serves whoever is not signed in yet.

| address | takes | permission | roles |
|---|---|---|---|
"""


def application() -> Application:
    """Return the application without its servers: only its doors are looked at."""
    return create_app(Settings(home=Path(), secret_key="only to look at the doors, never used"), object())  # type: ignore[arg-type] # see above


def doors(app: Application) -> str:
    """Return the table of all doors, sorted by address."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))
    return HEADING + "".join(
        _row(app, rule.rule, (rule.methods or set()) - {"HEAD", "OPTIONS"}, rule.endpoint) for rule in rules
    )


def _row(app: Application, address: str, methods: set[str], endpoint: str) -> str:
    permission = getattr(app.view_functions[endpoint], "permission", None)
    holders = app.extensions["grants"].get(permission, ()) if isinstance(permission, StrEnum) else ()
    roles = ", ".join(sorted(role.value for role in holders))
    named = address.replace("|", "\\|")
    return f"| `{named}` | {' '.join(sorted(methods))} | {permission or '–'} | {roles or '–'} |\n"


if __name__ == "__main__":
    print(doors(application()), end="")
