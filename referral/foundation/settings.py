"""Everything an operator may set, read once from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

FEWEST_SIGNS_OF_A_KEY = 10
"""A key of fewer different characters was typed, not drawn at random."""


class SettingsError(Exception):
    """A setting that the program refuses to start with; the message is one clear line."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The program's settings. Secrets never appear in its repr."""

    home: Path
    """Where embedded servers, uploads and the generated key live (REFERRAL_HOME)."""
    database_url: str | None = field(default=None, repr=False)
    """PostgreSQL the program works with; None starts the embedded one (DATABASE_URL)."""
    owner_database_url: str | None = field(default=None, repr=False)
    """PostgreSQL as the owner who migrates; the same server (DATABASE_OWNER_URL)."""
    backup_database_url: str | None = field(default=None, repr=False)
    """PostgreSQL as a role that sees every row, for backups; else the owner's (DATABASE_BACKUP_URL)."""
    redis_url: str | None = field(default=None, repr=False)
    """Redis or Valkey for the queue; None starts the embedded one (REDIS_URL)."""
    secret_key: str = field(default="", repr=False)
    """Signs cookies and links, at least 32 characters (SECRET_KEY)."""
    audit_key: str = field(default="", repr=False)
    """Seals the audit log; SECRET_KEY when not set. Whoever changes SECRET_KEY keeps its old value here (AUDIT_KEY)."""
    audit_checkpoints: Path | None = None
    """File outside the database that says how far the log was sealed; in the home when not set (AUDIT_CHECKPOINTS)."""
    public_base_url: str = "http://127.0.0.1:8000"
    """Address that people outside see: links in messages, webhook signatures (PUBLIC_BASE_URL)."""
    is_production: bool = False
    """Refuses demonstration conveniences (REFERRAL_ENV=production)."""
    is_demo: bool = False
    """Marks every page as synthetic data (REFERRAL_DEMO=1)."""
    is_debug: bool = False
    """Flask's debugger; refused in production (FLASK_DEBUG)."""
    has_second_factor: bool = True
    """Whether staff must set up a second step; a demonstration goes without (SECOND_FACTOR=off or required)."""
    trusted_proxies: int = 0
    """How many reverse proxies set X-Forwarded-* in front of us (TRUSTED_PROXIES)."""
    quick_exit_url: str = "https://www.weather.gov/"
    """Neutral site that a page is left for at once, by who must not be seen reading it (QUICK_EXIT_URL)."""
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_from: str = ""
    """Sender number in E.164 (TWILIO_FROM)."""
    twilio_keeps_content: bool = True
    """Whether Twilio may keep texts and numbers; TWILIO_KEEPS_CONTENT=0 asks it to forget, if the account may."""
    twilio_api_base: str = ""
    """Loopback address of a twin of Twilio; refused in production (TWILIO_API_BASE)."""

    @property
    def has_twilio(self) -> bool:
        """Whether messages can leave at all; without credentials they are kept as not sent."""
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_from)

    @property
    def checkpoint_file(self) -> Path:
        """Where it is noted, outside the database, how far the audit log was sealed."""
        return self.audit_checkpoints or self.home / "audit-checkpoints.jsonl"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; raises SettingsError with one line when one is unusable."""
        home = Path(environment.get("REFERRAL_HOME", ".referral")).resolve()
        settings = cls(
            home=home,
            database_url=environment.get("DATABASE_URL") or None,
            owner_database_url=environment.get("DATABASE_OWNER_URL") or environment.get("DATABASE_URL") or None,
            backup_database_url=environment.get("DATABASE_BACKUP_URL") or None,
            redis_url=environment.get("REDIS_URL") or None,
            secret_key=environment.get("SECRET_KEY", ""),
            audit_key=environment.get("AUDIT_KEY", ""),
            audit_checkpoints=_path(environment, "AUDIT_CHECKPOINTS"),
            public_base_url=environment.get("PUBLIC_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
            is_production=environment.get("REFERRAL_ENV", "") == "production",
            is_demo=environment.get("REFERRAL_DEMO", "") in {"1", "true", "yes"},
            is_debug=environment.get("FLASK_DEBUG", "") not in {"", "0", "false"},
            has_second_factor=_has_second_factor(environment),
            trusted_proxies=_whole_number(environment, "TRUSTED_PROXIES"),
            quick_exit_url=environment.get("QUICK_EXIT_URL", cls.quick_exit_url),
            twilio_account_sid=environment.get("TWILIO_ACCOUNT_SID", ""),
            twilio_auth_token=environment.get("TWILIO_AUTH_TOKEN", ""),
            twilio_from=environment.get("TWILIO_FROM", ""),
            twilio_keeps_content=environment.get("TWILIO_KEEPS_CONTENT", "1") not in {"0", "false", "no"},
            twilio_api_base=environment.get("TWILIO_API_BASE", ""),
        )
        return settings.checked()

    def checked(self) -> "Settings":
        """Return settings fit to start with: production must bring its secrets, the rest gets a key of its own."""
        if self.is_production:
            if problems := self.production_problems():
                raise SettingsError("\n".join(problems))
            return self
        return self if self.secret_key else _with_generated_key(self)

    def production_problems(self) -> list[str]:
        """One line for each thing a production start refuses."""
        checks = {
            "SECRET_KEY must be set to at least 32 random characters.": len(self.secret_key) < 32
            or len(set(self.secret_key)) < FEWEST_SIGNS_OF_A_KEY,
            "FLASK_DEBUG must not be set.": self.is_debug,
            "SECOND_FACTOR must not be off: staff sign in with a second step.": not self.has_second_factor,
            "DATABASE_URL must name a PostgreSQL server: the embedded one is for demonstration.": not self.database_url,
            "REDIS_URL must name a Redis or Valkey server: the embedded one is for demonstration.": not self.redis_url,
            "PUBLIC_BASE_URL must begin with https://.": not self.public_base_url.startswith("https://"),
            "TRUSTED_PROXIES must say how many TLS proxies stand in front (at least 1).": self.trusted_proxies < 1,
            "REFERRAL_DEMO must not be set.": self.is_demo,
            "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM must be set.": not self.has_twilio,
            "TWILIO_API_BASE is for tests only.": bool(self.twilio_api_base),
        }
        return [line for line, is_broken in checks.items() if is_broken]


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]).resolve() if environment.get(name) else None


def _has_second_factor(environment: Mapping[str, str]) -> bool:
    is_demo = environment.get("REFERRAL_DEMO", "") in {"1", "true", "yes"}
    said = environment.get("SECOND_FACTOR", "") or ("off" if is_demo else "required")
    if said not in {"off", "required"}:
        raise SettingsError(f"SECOND_FACTOR must be required or off, not {said!r}.")
    return said == "required"


def _whole_number(environment: Mapping[str, str], name: str) -> int:
    text = environment.get(name, "0")
    if not text.isdecimal():
        raise SettingsError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _with_generated_key(settings: Settings) -> Settings:
    """Keep one random key in the home folder, so that sign-ins survive a restart of the demonstration."""
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return replace(settings, secret_key=path.read_text(encoding="ascii"))
