"""`wsgi:app` for any WSGI server.

In production, behind a TLS proxy, two processes a core:

    REFERRAL_ENV=production DATABASE_URL=… REDIS_URL=… SECRET_KEY=… PUBLIC_BASE_URL=https://… TRUSTED_PROXIES=1 \
        referral serve --host 127.0.0.1 --port 8000 --processes 4
"""

import sys

from referral.app import create_app
from referral.foundation import logs, start
from referral.foundation.database import Database
from referral.foundation.settings import Settings, SettingsError

try:
    settings = Settings.from_environment()
    database = Database(settings.database_url or "")
    start.check(settings, database)
except SettingsError as refusal:
    sys.exit("\n".join(f"referral: {line}" for line in str(refusal).splitlines()))
logs.configure(has_access_log=not settings.is_demo)
app = create_app(settings, database)
