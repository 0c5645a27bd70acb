"""A worker that knows only the jobs of a crowd, so that it starts in a moment: `python -m tests.fault.drainer`."""

import os
import time

from referral.foundation import jobs
from referral.foundation.database import Database
from referral.referrals import jobs as referrals

HANDLERS = {"referral.expire": (referrals.expire,), "referral.closed": (referrals.follow_need,)}


def main() -> None:
    """Run what is due until killed."""
    database = Database(os.environ["DATABASE_URL"])
    while True:
        jobs.drain(database, HANDLERS)
        time.sleep(0.1)


if __name__ == "__main__":
    main()
