"""Row-level security, written once: migrations call these to protect the tables that speak of a person.

Database roles: the owner migrates; `referral_app` is what web and worker are, with three faces it may put on for a
transaction (plan, network, system); `referral_report` reads facts without names. None of them owns a table or
bypasses the policies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

OWNER = "referral_owner"
FACES = ("referral_app", "referral_plan", "referral_network", "referral_system")
REPORT = "referral_report"


def setting(name: str, kind: str = "uuid") -> str:
    """Return SQL for a transaction setting, read once a statement; NULL when it is not set."""
    return f"(SELECT nullif(current_setting('app.{name}', true), '')::{kind})"


CREATE_ROLES = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN CREATE ROLE {OWNER} LOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'referral_app') THEN
    CREATE ROLE referral_app LOGIN NOINHERIT; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'referral_plan') THEN CREATE ROLE referral_plan; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'referral_network') THEN CREATE ROLE referral_network; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'referral_system') THEN CREATE ROLE referral_system; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{REPORT}') THEN CREATE ROLE {REPORT} LOGIN; END IF;
  IF current_setting('server_version_num')::int >= 160000 THEN
    EXECUTE 'GRANT referral_plan, referral_network, referral_system, {REPORT} TO referral_app'
      ' WITH INHERIT FALSE, SET TRUE';
  ELSE
    GRANT referral_plan, referral_network, referral_system, {REPORT} TO referral_app;
  END IF;
END $$;
"""
"""Roles of the cluster, made by whoever may create roles; a second run changes nothing."""


def prepare_database(database: str) -> list[str]:
    """Return statements that hand a fresh database to the owner and let the faces in."""
    faces = ", ".join((*FACES, REPORT))
    return [
        f'ALTER DATABASE "{database}" OWNER TO {OWNER}',
        f"ALTER SCHEMA public OWNER TO {OWNER}",
        f"GRANT USAGE ON SCHEMA public TO {faces}",
        *rights_on_new_tables("GRANT"),
    ]


def rights_on_new_tables(deed: Literal["GRANT", "REVOKE"]) -> list[str]:
    """Return statements that open new tables to the faces, or close them (a backup brings its own rights)."""
    begin = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public {deed}"
    faces = f"{'TO' if deed == 'GRANT' else 'FROM'} {', '.join(FACES)}"
    return [
        f"{begin} SELECT, INSERT, UPDATE, DELETE ON TABLES {faces}",
        f"{begin} USAGE, SELECT ON SEQUENCES {faces}",
    ]


@dataclass(frozen=True, kw_only=True)
class Protection:
    """How one table about persons is read and written, face by face."""

    table: str
    organization_columns: Sequence[str] = ()
    """Columns of the row that name a party: the party reads and writes the row."""
    creator_columns: Sequence[str] = ()
    """Columns that let an organization add the row without opening it for reading (reading needs a grant)."""
    plan_column: str | None = None
    lead_column: str | None = None
    level_column: str | None = None
    grant_scopes: Sequence[str] = ()
    """Scopes of an access grant that open the row."""
    asker_column: str | None = None
    """User who keeps reading the row at every level, as long as any such grant opens the person to them."""
    person_column: str | None = "person_id"
    """None for a row about organizations only, such as an invoice of many lines."""
    app_may_delete: bool = False

    def statements(self) -> list[str]:
        """Return the SQL that switches the protection on."""
        return [
            f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {self.table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY owner_all ON {self.table} TO {OWNER} USING (true) WITH CHECK (true)",
            f"CREATE POLICY system_all ON {self.table} TO referral_system"
            f" USING ({setting('system', 'text')} IS NOT NULL) WITH CHECK ({setting('system', 'text')} IS NOT NULL)",
            *self._app(),
            *self._reads_and_writes("plan", "referral_plan", self._column_is(self.plan_column, "plan")),
            *self._reads_and_writes("network", "referral_network", self._column_is(self.lead_column, "org")),
            *self._l3(),
        ]

    def _app(self) -> list[str]:
        visible = self._any([*self._parties(), self._self(), self._granted(), self._asked()])
        addable = self._any(
            [
                *self._parties(),
                *(f"{c} = {setting('org')}" for c in self.creator_columns),
                self._self(),
                self._granted(),
                self._asked(),
            ]
        )
        statements = [
            f"CREATE POLICY app_reads ON {self.table} FOR SELECT TO referral_app USING ({visible})",
            f"CREATE POLICY app_adds ON {self.table} FOR INSERT TO referral_app"
            f" WITH CHECK (network_id = {setting('network')} AND ({addable}))",
            f"CREATE POLICY app_changes ON {self.table} FOR UPDATE TO referral_app"
            f" USING ({visible}) WITH CHECK ({addable})",
        ]
        if self.app_may_delete:
            statements.append(f"CREATE POLICY app_deletes ON {self.table} FOR DELETE TO referral_app USING ({visible})")
        return statements

    def _reads_and_writes(self, face: str, role: str, own: str) -> list[str]:
        visible = self._any([own, self._granted()])
        return [
            f"CREATE POLICY {face}_reads ON {self.table} FOR SELECT TO {role} USING ({visible})",
            f"CREATE POLICY {face}_adds ON {self.table} FOR INSERT TO {role} WITH CHECK ({visible})",
            f"CREATE POLICY {face}_changes ON {self.table} FOR UPDATE TO {role}"
            f" USING ({visible}) WITH CHECK ({visible})",
        ]

    def _l3(self) -> list[str]:
        if self.level_column is None:
            return []
        roles = "referral_app, referral_plan, referral_network"
        cleared = "(SELECT current_setting('app.l3', true) = 'on')"
        inside = self._any([f"{self.level_column} < 3", cleared, self._self(), self._is_asker()])
        return [f"CREATE POLICY l3_room ON {self.table} AS RESTRICTIVE TO {roles} USING ({inside}) WITH CHECK (true)"]

    def _parties(self) -> list[str]:
        return [f"{column} = {setting('org')}" for column in self.organization_columns]

    def _self(self) -> str:
        return f"{self.person_column} = {setting('person')}" if self.person_column else ""

    def _is_asker(self) -> str:
        return f"{self.asker_column} = {setting('user')}" if self.asker_column else ""

    def _asked(self) -> str:
        return f"({self._is_asker()} AND {self._has_grant('1')})" if self.asker_column else ""

    def _granted(self) -> str:
        return self._has_grant(self.level_column or "1") if self.grant_scopes else ""

    def _has_grant(self, level: str) -> str:
        scopes = ", ".join(f"'{scope}'" for scope in self.grant_scopes)
        return f"has_grant({self.person_column}, ARRAY[{scopes}], {level}::smallint)"

    @staticmethod
    def _column_is(column: str | None, name: str) -> str:
        return f"{column} = {setting(name)}" if column else ""

    @staticmethod
    def _any(conditions: Sequence[str]) -> str:
        return " OR ".join(condition for condition in conditions if condition) or "false"


HAS_GRANT = f"""
CREATE FUNCTION has_grant(person uuid, scopes text[], needed smallint) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT FROM public.access_grant g
    WHERE g.person_id = person AND g.scope = ANY (scopes) AND g.level >= needed
      AND g.starts_at <= now() AND (g.until IS NULL OR g.until > now())
      AND (g.organization_id = {setting("org")}
           OR (g.organization_id IS NULL AND g.network_id = {setting("care")}))) $$
"""
"""The one function that reads access grants; its owner is the owner of the table."""

IS_HIDDEN = """
CREATE FUNCTION is_hidden(person uuid) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM public.person p WHERE p.id = person AND p.level = 3) $$
"""
"""Whether the person asked not to be found."""

IS_OWN_CLIENT = f"""
CREATE FUNCTION is_own_client(person uuid) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM public.person p WHERE p.id = person AND p.owner_user_id = {setting("user")})
    AND public.has_grant(person, ARRAY['record'], 1::smallint) $$
"""
"""Whether the person is in the asker's own care, which opens what is sensitive without anybody's consent."""

IS_RELEASED = """
CREATE FUNCTION is_released(person uuid, level smallint) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
  SELECT (level < 3 OR current_setting('app.l3', true) = 'on')
    AND (public.has_grant(person, ARRAY['record'], level)
         OR current_setting('app.named', true) = 'on'
            AND public.has_grant(person, ARRAY[CASE level WHEN 2 THEN 'part2' ELSE 'safety' END], level)) $$
"""
"""Whether a named consent (or an opened glass) lets the asker's organization see what is as sensitive as this."""


def append_only(table: str) -> list[str]:
    """Return statements after which no role of the program can change or delete rows of the table."""
    return [
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {', '.join(FACES)}",
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()",
    ]
