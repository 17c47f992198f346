"""Open the programme database and bring it to this release."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from records.errors import DatabaseNewer, DatabaseReadOnly, DatabaseUnavailable

BUSY_TIMEOUT_SECONDS = 30


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Let readers and the one writer live side by side, and make a commit survive a power cut."""
    connection.isolation_level = None  # transactions begin where we say, below
    cursor = connection.cursor()
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
    finally:
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the beginning: a transaction that reads and then writes never meets another."""
    reading = connection.get_execution_options().get("samdrift_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _where(url: str) -> str:
    """Name the database without the password its URL may hold."""
    return make_url(url).render_as_string(hide_password=True)


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn what the database library raises into this room's errors."""
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig)
        if "readonly" in reason or "read-only" in reason:
            raise DatabaseReadOnly(
                f"{_where(url)} cannot be written ({reason}); give its file and folder write permission",
            ) from error
        raise DatabaseUnavailable(
            f"{_where(url)} cannot be used ({reason}); check the path, the disk and the server",
        ) from error


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "revisions"))
    return config


def _upgrade(engine: Engine) -> None:
    config = _alembic_config()
    script = ScriptDirectory.from_config(config)
    with engine.connect().execution_options(samdrift_reading=True) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == script.get_current_head():
        return
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise DatabaseNewer(
            f"{_where(str(engine.url))} is at revision {current}, which this release does not know; "
            "use the release that wrote it",
        )
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def open_engine(url: str) -> Engine:
    """Return an engine on a database that is at this release's revision.

    Raises:
        DatabaseUnavailable: it cannot be reached.
        DatabaseReadOnly: it needs a revision and cannot be written.
        DatabaseNewer: a newer release wrote it.

    """
    with translated(url):
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        _upgrade(engine)
    return engine


@contextmanager
def session_on(engine: Engine, *, reading: bool) -> Iterator[Session]:
    """Open one transaction: committed whole at the end, rolled back whole on any error."""
    with (
        translated(str(engine.url)),
        engine.connect().execution_options(samdrift_reading=reading) as connection,
        connection.begin() as transaction,
        Session(bind=connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session,
    ):
        yield session
        session.flush()
        transaction.commit()
