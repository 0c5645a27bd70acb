"""Workers that are killed, and a queue that forgets (`make fault`; acceptance T24)."""

import random
import time
from pathlib import Path

import psutil
from redis import Redis

from referral.messaging.templates import Template
from tests.factories.fixtures import SEED, World
from tests.factories.messaging import write
from tests.fault.conftest import Tell
from tests.fault.crowd import gather
from tests.fault.ground import Ground, Program, ground, kill, wait_until
from tests.fault.sizes import KILLS, TEXTS, TRANSITIONS, WAITING
from tests.messaging.twin import TwilioTwin


def test_killed_workers_lose_nothing_and_double_nothing(tmp_path: Path, tell: Tell) -> None:
    """50 times `kill -9` during 5,000 moves, with texts on their way: two workers, one is always being replaced."""
    luck = random.Random(7)
    share = TRANSITIONS // KILLS
    with TwilioTwin() as twin, ground(tmp_path, **_texting(twin)) as place:
        crowd = gather(place.database, TRANSITIONS)
        _owe_answers(place, crowd.loop.world, TEXTS)
        workers = [place.start("worker"), place.start("worker")]
        for number in range(KILLS):
            victim = number % 2
            wait_until(lambda victim=victim: _works(workers[victim]), "the worker works")  # type: ignore[misc] # bound now
            crowd.make_due(number * share, (number + 1) * share)
            time.sleep(luck.random())
            kill(workers[victim])
            workers[victim] = place.start("worker")
        wait_until(lambda: crowd.left() == 0, "all is done", patience_s=300)
        report = crowd.report()
        texted = [message["to"] for message in twin.messages]
    twice = len(texted) - len(set(texted))
    tell(f"{TRANSITIONS} moves while {KILLS} workers were killed", report["once"], report["lost"] + report["twice"])
    tell("their follow-ups", report["followed_up"], TRANSITIONS - report["followed_up"] + report["dead"])
    tell("texts, each sent once", len(set(texted)), TEXTS - len(set(texted)) + twice)
    assert report == {"once": TRANSITIONS, "lost": 0, "twice": 0, "followed_up": TRANSITIONS, "dead": 0}
    assert (len(set(texted)), twice) == (TEXTS, 0)


def test_t24_a_queue_that_forgets_a_thousand_jobs_costs_less_than_a_minute(tmp_path: Path, tell: Tell) -> None:
    with ground(tmp_path) as place:
        crowd = gather(place.database, WAITING)
        queue = Redis.from_url(place.queue.connection_url)
        for _ in range(2):
            place.start("worker")
        wait_until(lambda: len(list(queue.smembers("rq:workers"))) == 2, "two workers listen")
        wait_until(lambda: crowd.left() == 0, "their first round is over")
        crowd.make_due(0, WAITING)
        queue.flushall()
        took = wait_until(lambda: crowd.left("referral.expire") == 0, "the thousand are done", patience_s=120)
        wait_until(lambda: crowd.left() == 0, "what followed from them is done", patience_s=120)
        report = crowd.report()
    tell(f"{WAITING} jobs waiting at a FLUSHALL, done after {took:.0f} s", report["once"], WAITING - report["once"])
    assert report["once"] == WAITING
    assert took <= 60


def _works(program: Program) -> bool:
    """Whether it has come so far that its timekeepers run."""
    return len(psutil.Process(program.pid).threads()) >= 3


def _texting(twin: TwilioTwin) -> dict[str, str]:
    return {
        "TWILIO_ACCOUNT_SID": twin.account_sid,
        "TWILIO_AUTH_TOKEN": twin.auth_token,
        "TWILIO_FROM": twin.number,
        "TWILIO_API_BASE": twin.base_url,
    }


def _owe_answers(place: Ground, world: World, count: int) -> None:
    """Let so many numbers be owed an answer to HELP, which leaves whatever the hour."""
    with place.database.session(SEED) as session:
        for number in range(count):
            given = {"key": f"owed-{number}", "to": f"+1919556{number:04d}", "template": Template.HELP, "values": {}}
            write(session, world, **given)
