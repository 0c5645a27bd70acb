"""The pages and the list that are measured, each as somebody who works with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.floors import HELLO, done, page_by_hand
from bench.goals import Result, at_most
from bench.ground import Ground
from bench.measure import Figure, measure
from referral.accounts import queries as accounts
from referral.accounts import service
from referral.foundation import clock
from referral.foundation.principal import system

BENCH = system("bench")


@dataclass(frozen=True)
class Page:
    """An address, who opens it, and how many times its hand-written twin it may cost."""

    name: str
    reader: str
    address: str
    most_by_hand: float | None = None


QUEUE = 1.25
PAGES = (
    Page("home, navigator", "nora", "/"),
    Page("home, supervisor", "sam", "/"),
    Page("home, organization", "carla", "/"),
    Page("home, network lead", "leo", "/"),
    Page("home, plan care manager", "paula", "/"),
    Page("home, plan finance", "finn", "/"),
    Page("home, administrator", "ada", "/"),
    Page("directory search", "nora", "/directory?need=food-insecurity&zip_code=44102&miles=25&words=food+pantry"),
    Page("inbox, ended", "carla", "/inbox?box=ended", QUEUE),
    Page("sent referrals", "nora", "/referrals", QUEUE),
    Page("plan report", "paula", "/reports/plan"),
    Page("equity report", "paula", "/reports/equity"),
    Page("an organization's services", "carla", "/my-services"),
)
LIST = "/api/v1/referrals?folder=sent&limit=50&status=served&status=in_service&status=accepted&status=sent"
MOST_CPU_AN_ITEM = 0.2


def measured(on: Ground, *, rounds: int) -> Iterator[Result]:
    """Yield the figures of the empty view, of every page and of the list."""
    yield Result(_hello(on, rounds))
    for page in PAGES:
        yield _page(on, page, rounds)
    yield _json_list(on, rounds)


def _hello(on: Ground, rounds: int) -> Figure:
    client = on.app.test_client()
    return measure("hello (empty view)", lambda: done(client.get(HELLO)), on.database.engine, rounds=rounds)


def _page(on: Ground, page: Page, rounds: int) -> Result:
    client = on.signed_in(page.reader)

    def request() -> None:
        done(client.get(page.address))

    by_hand = page_by_hand(on.app, client, request)
    figure = measure(page.name, request, on.database.engine, by_hand=by_hand, rounds=rounds)
    goal = at_most(page.most_by_hand, figure.hand_ratio, "× by hand") if page.most_by_hand else None
    return Result(figure, goal)


def _json_list(on: Ground, rounds: int) -> Result:
    client = on.app.test_client()
    headers = {"Authorization": f"Bearer {_token(on)}"}
    items = len(done(client.get(LIST, headers=headers)).json["items"])
    figure = measure(
        f"JSON list of {items}", lambda: done(client.get(LIST, headers=headers)), on.database.engine, rounds=rounds
    )
    return Result(figure, at_most(MOST_CPU_AN_ITEM, figure.page_cpu_ms / items, "CPU ms an item"))


def _token(on: Ground) -> str:
    with on.database.transaction(BENCH) as session:
        user = accounts.user_by_email(session, "nora@demo.example")
        assert user is not None
        membership = accounts.memberships_of(session, user.id)[0]
        return service.make_token(session, membership, name="bench", by=BENCH, at=clock.now())
