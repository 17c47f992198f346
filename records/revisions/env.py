"""Alembic's entry: run revisions on the connection that ``records.database`` hands over."""

from alembic import context

from records.tables import Table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Table.metadata, transactional_ddl=False)
context.run_migrations()
