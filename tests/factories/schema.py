"""A database's schema as lines of text, so that two can be compared."""

import re

import psycopg

_LINES = """
SELECT 'column ' || concat_ws(' ', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
         a.attidentity, pg_get_expr(d.adbin, d.adrelid))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (c.oid, a.attnum)
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'table ' || concat_ws(' ', c.oid::regclass, c.relkind, c.relowner::regrole, c.relrowsecurity,
         c.relforcerowsecurity, (SELECT array_agg(g::text ORDER BY g::text) FROM unnest(c.relacl) g))
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
UNION ALL SELECT 'constraint ' || concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'policy ' || concat_ws(' ', tablename, policyname, permissive, roles, cmd, qual, '/', with_check)
  FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function ' || concat_ws(' ', oid::regprocedure, proowner::regrole, prosrc,
         (SELECT array_agg(g::text ORDER BY g::text) FROM unnest(proacl) g))
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def fingerprint(url: str) -> list[str]:
    """Return tables, columns, constraints, indexes, policies, triggers, functions and rights, one a line, sorted."""
    with psycopg.connect(url) as connection:
        return sorted(_plain(str(line)) for (line,) in connection.execute(_LINES))


def _plain(line: str) -> str:
    """PostgreSQL writes the casts of a list of words differently when it reads its own writing: leave them out."""
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", line)
