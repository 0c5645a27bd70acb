"""`wsgi:app` for any WSGI server.

In production, behind a TLS proxy, two processes a core:

    REFERRAL_ENV=production DATABASE_URL=… REDIS_URL=… SECRET_KEY=… PUBLIC_BASE_URL=https://… TRUSTED_PROXIES=1 \
        referral serve --host 127.0.0.1 --port 8000 --processes 4
"""

from referral.app import create_app
from referral.foundation.settings import Settings

app = create_app(Settings.from_environment())
