"""The files the product ships: readable, licensed, and without anything that is not ours to give."""

import csv
import gzip
import re
from pathlib import Path

from referral.directory.rules.batch import collect
from referral.directory.rules.hsds import read_file
from referral.directory.rules.synonyms import read_synonyms
from referral.directory.rules.taxonomies import paths, read_needs, read_terms
from referral.directory.rules.vocabulary import Entity

SEED = Path(__file__).parents[2] / "seed"


def test_every_shipped_service_is_read_and_none_set_aside() -> None:
    with gzip.open(SEED / "directory" / "haarrrvest_services.ndjson.gz") as file:
        batch = collect(read_file(iter(lambda: file.read(65_536), b""), source="haarrrvest"))
    assert batch.lines == len(batch.of(Entity.SERVICE)) == 910
    assert len(batch.of(Entity.ORGANIZATION)) == 837
    assert batch.quarantined == []


def test_the_repeated_code_gets_a_key_of_its_own_and_no_path_goes_in_circles() -> None:
    terms = read_terms((SEED / "taxonomies" / "open_eligibility_2.0.csv").read_text(encoding="utf-8").splitlines())
    found = paths(terms)
    assert len(terms) == len(found) == 385
    assert found["1206"] == "Health > Medical Care"
    assert found["1206#2"] == "Health > Medical Care > Primary Care"


def test_our_map_names_every_term_once_and_none_as_reviewed() -> None:
    terms = read_terms((SEED / "taxonomies" / "open_eligibility_2.0.csv").read_text(encoding="utf-8").splitlines())
    needs = read_needs((SEED / "taxonomies" / "open_eligibility_to_need.csv").read_text(encoding="utf-8").splitlines())
    assert [need.key for need in needs] == [term.key for term in terms]
    assert not any(need.is_reviewed for need in needs)
    assert all((need.need is None) == (need.relation == "unmapped") for need in needs)


def test_synonyms_cover_sixty_needs_in_english_and_spanish() -> None:
    found = list(read_synonyms((SEED / "directory" / "synonyms.csv").read_text(encoding="utf-8").splitlines()))
    english, spanish = ({one.target for one in found if one.language == code} for code in ("en", "es"))
    assert len(english & spanish) >= 60
    assert len({(one.phrase, one.language) for one in found}) == len(found)


def test_no_subscription_taxonomy_code_is_shipped() -> None:
    for path in SEED.rglob("*.csv"):
        with path.open(encoding="utf-8") as file:
            assert not any(re.search(r"\b[A-Z]{2}-[0-9]{4}", cell) for row in csv.reader(file) for cell in row)
