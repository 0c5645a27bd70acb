"""Each row of the ASVS 5.0 that we took on has its test; `asvs.csv` says which."""

import csv
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROWS = list(csv.DictReader((TESTS / "trust" / "asvs.csv").read_text(encoding="utf-8").splitlines()))


def test_each_row_of_the_asvs_names_a_test_that_there_is() -> None:
    there = {
        name
        for file in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert [row for row in ROWS if row["test"] not in there] == []
    assert len({row["asvs"] for row in ROWS}) == 76
