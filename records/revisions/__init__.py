"""Alembic revisions of the programme database."""
