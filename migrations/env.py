"""Alembic's entry: runs the migrations over the connection that referral.foundation.migrations opened."""

from alembic import context

from referral.foundation.database import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
