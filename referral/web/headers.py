"""Security headers on every answer, also on errors and files (OWASP ASVS 5.0, chapter 3)."""

import secrets

from flask import Response, current_app, g, request


def new_request() -> None:
    """Give the request an id for logs, and a nonce for its scripts."""
    g.request_id = secrets.token_hex(8)
    g.nonce = secrets.token_urlsafe(16)


def secure(response: Response) -> Response:
    """Set the headers that every answer carries."""
    headers = response.headers
    headers["Content-Security-Policy"] = (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
        f"img-src 'self' data:; script-src 'self' 'nonce-{g.get('nonce', '')}'"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    if current_app.config["PUBLIC_BASE_URL"].startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return response
