"""The `referral` command: run it, prepare it, look after it."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from referral.accounts import commands as accounts_commands
from referral.accounts import queries as accounts_queries
from referral.accounts import service as accounts
from referral.accounts.rules import LinkPurpose
from referral.audit import commands as audit
from referral.foundation import clock, embedded, migrations, start
from referral.foundation.backups import make_backup, restore_backup
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING, key_id_of
from referral.foundation.principal import system
from referral.foundation.progress import bar
from referral.foundation.refusals import Refused
from referral.foundation.settings import Settings, SettingsError
from referral.organizations import queries as organizations
from referral.organizations.models import Organization
from referral.organizations.rules import Role

OPERATOR = system("operator")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="referral")
def cli() -> None:
    """Closed-loop social care referrals: every command says what it does with --help."""


def main() -> None:
    """Run the command; a refusal is one clear line and exit code 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        cli(standalone_mode=True)
    except (SettingsError, Refused) as refusal:
        for line in str(refusal).splitlines():
            click.echo(f"referral: {line}", err=True)
        sys.exit(1)


@contextmanager
def _servers() -> Iterator[Settings]:
    with embedded.running(Settings.from_environment()) as settings:
        yield settings


@contextmanager
def _database() -> Iterator[Database]:
    with _servers() as settings, _database_of(settings) as database:
        yield database


@contextmanager
def _database_of(settings: Settings) -> Iterator[Database]:
    KEYRING.unlock(settings.secret_key)
    database = Database(str(settings.database_url), statement_timeout_ms=600_000)
    try:
        yield database
    finally:
        database.dispose()


@cli.command()
@click.option("--down-to", metavar="REVISION", help="Take the schema back; what only newer parts held is lost.")
def migrate(down_to: str | None) -> None:
    """Bring the database to the present schema (one process at a time; safe to run again)."""
    with _servers() as settings:
        if down_to:
            click.confirm(f"Take the schema back to {down_to} and lose what only newer parts held?", abort=True)
            migrations.migrate_down(str(settings.owner_database_url), down_to)
        else:
            migrations.migrate(str(settings.owner_database_url))
    click.echo(f"The database is back at {down_to}." if down_to else "The database is up to date.")


@cli.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Write a backup to a new file, or into a folder; people may work meanwhile. It holds no key."""
    given = Settings.from_environment()
    with embedded.running(given) as settings:
        superuser = embedded.with_user(str(settings.owner_database_url), "postgres", "referral")
        path = make_backup(
            given.backup_database_url or given.owner_database_url or superuser,
            target,
            secret=settings.secret_key,
            home=settings.home,
            at=clock.now(),
            progress=bar,
        )
    size = path.stat().st_size / 1e6
    click.echo(f"{path} ({size:.1f} MB). A restore needs the SECRET_KEY with id {key_id_of(settings.secret_key)}.")


@cli.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
def restore(source: Path) -> None:
    """Restore a backup, or the latest in a folder, into an empty database, and check every table."""
    with _servers() as settings:
        manifest = restore_backup(
            str(settings.owner_database_url), source, secrets=(settings.secret_key,), home=settings.home, progress=bar
        )
    rows = sum(int(count) for count, _ in manifest.tables.values())
    click.echo(f"Restored as of {manifest.made_at}: {len(manifest.tables)} tables, {rows} rows, all checksums equal.")
    click.echo("Next: referral migrate && referral audit checkpoint --after-restore")


@cli.command()
@click.argument("email")
@click.option("--name", required=True, help="Your name.")
@click.option("--network", required=True, help="Name of the network.")
@click.option("--state", required=True, help="Two-letter state, whose holidays the network keeps.")
@click.option("--organization", required=True, help="Name of the coordination center.")
def setup(email: str, name: str, network: str, state: str, organization: str) -> None:
    """Found a network on an empty database, and print the one link with which its first administrator comes in."""
    from referral import founding

    with _servers() as settings, _database_of(settings) as database, database.transaction(OPERATOR) as session:
        handed = accounts_commands.set_up(
            session,
            email=email,
            name=name,
            network=network,
            state=state,
            organization=organization,
            by=OPERATOR,
            at=clock.now(),
        )
        founding.equip(session, by=OPERATOR, at=clock.now())
    _show_link(settings, handed)


@cli.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--network", help="Name of the network; not needed where there is one.")
def program(folder: Path, network: str | None) -> None:
    """Load a program that pays, with its prices, from a folder like seed/programs/healthy_opportunities."""
    from referral import founding

    with _database() as database, database.transaction(OPERATOR) as session:
        paid_in = organizations.network_named(session, network)
        loaded = founding.add_program(session, paid_in, folder, by=OPERATOR, at=clock.now())
    click.echo(f"{loaded.name} pays in {paid_in.name}.")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", default=2, show_default=True, help="Server processes; two a core is a good start.")
def serve(host: str, port: int, processes: int) -> None:
    """Serve the pages and the API."""
    from referral import server

    if not server.is_port_free(host, port):
        raise SettingsError(f"Port {port} is taken. Stop what uses it, or choose another with --port.")
    with _servers() as settings, embedded.exported(settings):
        with _database_of(settings) as database:
            start.check(settings, database)
        server.serve(host, port, processes)


@cli.command()
def worker() -> None:
    """Run the work that waits: messages, timers, refreshes. Start as many as you like."""
    from referral import worker as program

    with _servers() as settings:
        with _database_of(settings) as database:
            start.check(settings, database)
        program.run(settings)


@cli.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--people", default=1000, show_default=True, help="How many synthetic people the year has.")
def demo(port: int, people: int) -> None:
    """Start everything with a synthetic network: database, queue, worker and pages, on one machine."""
    from referral.demo import run as demonstration

    sys.exit(demonstration.run(port=port, people=people))


@cli.command("demo-reset")
def demo_reset() -> None:
    """Forget the demonstration's data; the next `demo` starts over."""
    settings = Settings.from_environment()
    if settings.database_url:
        raise SettingsError("DATABASE_URL is set: the data is in that database. Drop and create it there.")
    if not embedded.forget(settings.home):
        raise SettingsError("The demonstration is running. Stop it first, then: make demo-reset")
    settings.checkpoint_file.unlink(missing_ok=True)
    click.echo("The demonstration's data is gone. Start over with: make demo")


@cli.command()
@click.option("--people", default=1000, show_default=True, help="How many synthetic people to have in all.")
@click.option("--seed", "number", default=7, show_default=True, help="The same number makes the same network.")
def seed(people: int, number: int) -> None:
    """Fill the database with a synthetic network and its year; people who are there already are kept."""
    from referral.demo import seeding

    with _database() as database:
        seeding.fill(database, people=people, number=number, progress=bar)


@cli.command()
@click.argument("number")
@click.confirmation_option(prompt="This cannot be undone. Erase what is known of this person?")
def erase(number: str) -> None:
    """Erase a person's record because they asked, by its number. What was allowed and paid stays as bare rows."""
    from referral.retention import service as retention

    with _servers() as settings, _database_of(settings) as database, database.transaction(OPERATOR) as session:
        retention.erase_at_request(session, number, by=OPERATOR, at=clock.now())
    click.echo("Erased. Bills, permissions and what was given to whom stay until their own time is over.")


@cli.group(name="audit")
def audit_group() -> None:
    """The log of who did and read what, and the proof that nothing was taken out."""


@audit_group.command("verify")
def audit_verify() -> None:
    """Check every seal of the log. Exit code 0: whole; 1: broken; 2: whole so far, but no checkpoint to compare."""
    from referral.app import checkpoints

    with _servers() as settings, _database_of(settings) as database:
        proof = audit.verify(database, checkpoints(settings), progress=bar)
    click.echo(audit.report(proof))
    sys.exit(1 if not proof.is_whole else 0 if proof.is_complete else 2)


@audit_group.command("checkpoint")
@click.option("--after-restore", is_flag=True, help="A backup was restored: what came after it is known to be lost.")
def audit_checkpoint(after_restore: bool) -> None:
    """Note outside the database, now, how far the log is sealed. The worker does it each hour."""
    from referral.app import checkpoints

    with _servers() as settings, _database_of(settings) as database:
        point = audit.checkpoint(database, checkpoints(settings), after_restore=after_restore)
    click.echo(f"Noted in {settings.checkpoint_file}: {point.seq} events are sealed.")


@cli.group()
def directory() -> None:
    """The resource directory."""


@directory.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--source", default="", help="Name of the data set; the file's name when not given.")
@click.option("--findings", type=click.Path(path_type=Path), help="CSV file to write: each row that could not be used.")
def directory_import(path: Path, source: str, findings: Path | None) -> None:
    """Import HSDS listings: JSON, also packed, or a zip or folder of CSV tables. A second run changes nothing."""
    from referral.directory import commands

    if findings and not findings.parent.is_dir():
        raise click.BadParameter(f"There is no folder {findings.parent}.", param_hint="--findings")
    with _database() as database:
        report = commands.import_file(database, path, source=source or path.name.split(".")[0], progress=bar)
        written = commands.write_findings(database, report, findings) if findings else 0
    click.echo(report.text())
    if findings:
        click.echo(f"{written} rows that could not be used as they stood: {findings}")
    sys.exit(0 if report.is_usable else 1)


@cli.group(name="accounts")
def accounts_group() -> None:
    """Users, roles and tokens."""


@accounts_group.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--organization", required=True, help="Name or id of the organization.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--password", help="A first password; without it, prints a link with which they choose their own.")
def accounts_add(email: str, name: str, organization: str, roles: tuple[str, ...], password: str | None) -> None:
    """Let somebody work for an organization in one or more roles; prints the link that lets a new user in."""
    with _servers() as settings, _database_of(settings) as database, database.transaction(OPERATOR) as session:
        employer, at = _organization(session, organization), clock.now()
        network = _network_id(session, employer)
        known = accounts_queries.user_by_email(session, email)
        user = known or accounts.add_user(session, email=email, name=name, password=password, by=OPERATOR, at=at)
        held = {Role(role) for role in roles}
        accounts.add_membership(session, user, employer, network_id=network, roles=held, by=OPERATOR, at=at)
        handed = None
        if user.password_hash is None:
            handed = accounts.make_link(session, user, LinkPurpose.INVITATION, by=OPERATOR, at=at)
    click.echo(f"{email} may sign in and works for {employer.name}.")
    if handed:
        _show_link(settings, handed)


@accounts_group.command("reset")
@click.argument("email")
@click.option("--second-step", is_flag=True, help="Their phone and recovery codes are lost too.")
def accounts_reset(email: str, second_step: bool) -> None:
    """Print the link that leads a user to a new password: it works once, for 30 minutes."""
    with _servers() as settings, _database_of(settings) as database, database.transaction(OPERATOR) as session:
        handed = accounts_commands.reset(session, email, forgets_factor=second_step, by=OPERATOR, at=clock.now())
    _show_link(settings, handed)


@accounts_group.command("close")
@click.argument("email")
def accounts_close(email: str) -> None:
    """Close an account everywhere: the user is signed out at the next request and cannot come back."""
    with _database() as database, database.transaction(OPERATOR) as session:
        user = accounts_commands.user_named(session, email)
        accounts.close_account(session, user, by=OPERATOR, at=clock.now())
    click.echo(f"The account of {email} is closed.")


@accounts_group.command("provider")
@click.argument("organization")
@click.option("--issuer", required=True, help="https address of the OpenID Connect provider.")
@click.option("--client-id", required=True)
@click.option("--client-secret", prompt=True, hide_input=True)
@click.option("--sso-only", is_flag=True, help="Passwords open this organization no more.")
def accounts_provider(organization: str, issuer: str, client_id: str, client_secret: str, sso_only: bool) -> None:
    """Let an organization's members sign in with its own accounts (OpenID Connect)."""
    with _servers() as settings, _database_of(settings) as database, database.transaction(OPERATOR) as session:
        provider = accounts.set_provider(
            session,
            _organization(session, organization),
            issuer=issuer,
            client_id=client_id,
            client_secret=client_secret,
            is_sso_only=sso_only,
            is_production=settings.is_production,
            by=OPERATOR,
            at=clock.now(),
        )
        address = f"{settings.public_base_url}/sign-in/with/{provider.slug}"
    click.echo(f"Redirect address for the provider: {address}/back")
    click.echo(f"Their members sign in at: {address}")


def _show_link(settings: Settings, handed: accounts.HandedLink) -> None:
    click.echo("Hand this link over; it works once and is not shown again:")
    click.echo(f"{settings.public_base_url}/sign-in/link/{handed.secret}")


@accounts_group.command("token")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--organization", default="", help="Which of the user's organizations; the first when not given.")
def accounts_token(email: str, name: str, organization: str) -> None:
    """Make a bearer token for a program that acts as this user. It is shown once."""
    with _database() as database, database.transaction(OPERATOR) as session:
        user = accounts_queries.user_by_email(session, email)
        memberships = accounts_queries.memberships_of(session, user.id) if user else []
        wanted = [one for one in memberships if organization in ("", one.organization.name, str(one.organization_id))]
        if not wanted:
            raise Refused(f"{email} does not work for {organization or 'any organization'}.")
        token = accounts.make_token(session, wanted[0], name=name, by=OPERATOR, at=clock.now())
    click.echo(token)


@accounts_group.command("list")
@click.argument("organization")
def accounts_list(organization: str) -> None:
    """List who works for an organization."""
    with _database() as database, database.transaction(OPERATOR) as session:
        for membership in accounts_queries.staff_of(session, _organization(session, organization).id):
            click.echo(f"{membership.user.email}\t{membership.user.name}\t{', '.join(membership.roles)}")


def _organization(session: Any, text: str) -> Organization:
    found = organizations.organization_named(session, text)
    if found is None:
        raise Refused(f"There is no organization {text!r}.")
    return found


def _network_id(session: Any, organization: Organization) -> Any:
    from referral.organizations.queries import network_of

    network = network_of(session, organization.id)
    if network is None:
        raise Refused(f"{organization.name} takes part in no network.")
    return network.id
