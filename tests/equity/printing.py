"""Prints docs/measures.md: python -m tests.equity.printing > docs/measures.md"""

from collections.abc import Sequence

from referral.equity.rules.measures import MEASURES, MeasureSpec

HEADING = """# Measures

What the reports count. Printed: `python -m tests.equity.printing > docs/measures.md`.
A changed definition is a new version, shown beside the old one. *House* means that no published definition exists.
"""

AFTER = """
## How a figure reaches a reader

1. A system job copies facts from the rooms below, without names, without anything about violence, without hidden
   people (`referral/equity/service/facts.py`). Only the role `referral_report` reads them.
2. One Ibis expression counts them (`referral/equity/expressions.py`); PostgreSQL on live pages, DuckDB on extracts.
3. The suppression engine (`referral/equity/rules/suppression/engine.py`) hides counts of 1 to 10 and the fewest
   further figures, and refuses what an adversary with linear programming could still work out.
4. Rates, intervals, gaps and charts are computed from what is still shown.

Who may open lines sees the referral report whole and filters it freely. Everybody else chooses a complete quarter, so
that no two tables can be subtracted. The equity report is suppressed for every reader.
"""


def measures(specs: Sequence[MeasureSpec] = MEASURES) -> str:
    """Return the document."""
    return HEADING + "".join(_section(spec) for spec in specs) + AFTER


def _section(spec: MeasureSpec) -> str:
    facts = (
        ("Counts", spec.numerator),
        ("Out of", spec.denominator),
        ("Leaves out", spec.exclusions),
        ("Period", spec.window),
        ("Better", spec.direction.value),
        ("Definition", f"{spec.status.value}; {spec.source}"),
        ("Note", spec.note),
    )
    lines = "".join(f"- **{name}:** {words}\n" for name, words in facts if words)
    return f"\n## {spec.name} (`{spec.label}`)\n\n{lines}"


if __name__ == "__main__":
    print(measures(), end="")
