"""Search in a directory of a large state's size: the listings, copied and scattered, made in this run's copy."""

import psycopg
from sqlalchemy import text

from bench.floors import done
from bench.goals import Result, at_most
from bench.ground import Ground
from bench.measure import measure
from referral.foundation.database import Base
from referral.foundation.principal import system

BENCH = system("bench")
SERVICES = 100_000
SCATTER_DEGREES = 5
"""How far a copy lies from its original at most: some hundred lie within a search."""
MOST_P95_OF_SQL = 3
ADDRESS = "/directory?need=food-insecurity&zip_code=44102&miles=25&words=food+pantry"
CROWD = """
CREATE TEMPORARY TABLE crowd ON COMMIT DROP AS
SELECT service_at_location_id AS of_listing, service_id AS of_service, location_id AS of_location,
       gen_random_uuid() AS service_at_location_id, gen_random_uuid() AS service_id, gen_random_uuid() AS location_id,
       latitude + :scatter * (2 * random() - 1) AS latitude, longitude + :scatter * (2 * random() - 1) AS longitude
FROM search_entry, generate_series(1, :services / (SELECT count(*) FROM search_entry))
"""
COPIED = (
    ("service", "id", "of_service", {"id": "service_id"}),
    ("location", "id", "of_location", {"id": "location_id", "latitude": "latitude", "longitude": "longitude"}),
    (
        "service_at_location",
        "id",
        "of_listing",
        {"id": "service_at_location_id", "service_id": "service_id", "location_id": "location_id"},
    ),
    (
        "search_entry",
        "service_at_location_id",
        "of_listing",
        {name: name for name in ("service_at_location_id", "service_id", "location_id", "latitude", "longitude")},
    ),
)
"""What a listing consists of: its table, its key, what it copies, and which of its columns are new."""


def measured(on: Ground, *, rounds: int) -> Result:
    """Measure the search page among so many services, beside its SQL alone."""
    _enlarge(on)
    nora = on.signed_in("nora")
    name = f"search, {SERVICES:,} services"
    figure = measure(name, lambda: done(nora.get(ADDRESS)), on.database.engine, rounds=rounds)
    return Result(figure, at_most(MOST_P95_OF_SQL, figure.page_p95_ms / figure.sql_ms, "× SQL (p95)"))


def _enlarge(on: Ground) -> None:
    """Copy every listing with its service, its place and its search row until there are enough."""
    with on.database.transaction(BENCH) as session:
        session.execute(text(CROWD), {"scatter": SCATTER_DEGREES, "services": SERVICES})
        for table, key, origin, fresh in COPIED:
            session.execute(text(_copy(table, key, origin, fresh)))
    with psycopg.connect(on.database.url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _copy(table: str, key: str, origin: str, fresh: dict[str, str]) -> str:
    columns = [column.name for column in Base.metadata.tables[table].columns]
    values = ", ".join(f"crowd.{fresh[name]}" if name in fresh else f"own.{name}" for name in columns)
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM crowd JOIN {table} AS own ON own.{key} = crowd.{origin}"
