"""How much is broken; smaller by REFERRAL_FAULT_SCALE=0.1 while one works on the runs themselves."""

import os

SCALE = float(os.environ.get("REFERRAL_FAULT_SCALE", "1"))
KILLS = max(2, int(50 * SCALE))
TRANSITIONS = KILLS * 100
NEW_PROCESS_S = 10
"""A killed process is given the time to be replaced: half of the web is always up."""
WEB_KILLS = max(2, int(10 * SCALE))
TEXTS = max(10, int(200 * SCALE))
WAITING = max(100, int(1000 * SCALE))
RESTARTS = max(1, int(10 * SCALE))
GONE_S = max(3, int(30 * SCALE))
SIZE_MB = max(20, int(1000 * SCALE))
