"""The nudge: one RQ job that says "drain the job table". Losing it costs nothing, the reaper comes by."""

import logging

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUE = "referral"
DRAIN = "referral.worker.drain_once"


class Nudge:
    """Wakes a worker through RQ; a queue that does not answer is logged, never felt by the person who waits."""

    def __init__(self, redis_url: str) -> None:
        self.redis = Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1)
        self.queue = Queue(QUEUE, connection=self.redis, serializer=JSONSerializer)

    def __call__(self) -> None:
        """Enqueue one drain of the job table."""
        try:
            # No time-out: RQ would throw it into whichever job happens to run.
            self.queue.enqueue(DRAIN, result_ttl=0, failure_ttl=60, job_timeout=-1)
        except RedisError as error:
            log.warning("queue did not answer; the reaper will take the work", extra={"error": type(error).__name__})

    def answers(self) -> bool:
        """Whether the queue server answers."""
        try:
            return bool(self.redis.ping())
        except RedisError:
            return False
