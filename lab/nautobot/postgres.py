"""A PostgreSQL cluster of its own: in the run folder, reached through its socket only, gone with the run."""

import os
import secrets
import subprocess
from pathlib import Path

from lab.nautobot.commands import RunFolder, as_service_user, program, service_user

DATABASE = "nautobot"
_PACKAGE = "postgresql"


class PostgresCluster:
    """The cluster of one run."""

    def __init__(self, run_folder: RunFolder) -> None:
        self._run = run_folder
        self._folder = run_folder.path / "pg"
        self.user = "nautobot"
        self.password = secrets.token_urlsafe(24)

    @property
    def socket_folder(self) -> Path:
        """Return the folder of the socket, which clients take for a host."""
        return self._folder / "s"

    @property
    def client_environment(self) -> dict[str, str]:
        """Return what PostgreSQL's own clients need to reach the database."""
        return {
            "PGHOST": str(self.socket_folder),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": DATABASE,
        }

    def start(self) -> None:
        """Make the cluster and its empty database.

        Raises:
            NautobotLabError: PostgreSQL is missing or does not start.

        """
        self._prepare()
        data = str(self._folder / "data")
        password_file = self._folder / "password"
        initdb = [program("initdb", package=_PACKAGE), "-D", data, "-U", self.user, "--no-sync", "-E", "UTF8"]
        initdb += ["--auth=scram-sha-256", "--pwfile", str(password_file), "--locale=C.UTF-8"]
        self._run.run(as_service_user(initdb), doing="making the database cluster")
        password_file.unlink()
        # Nothing of this survives the run, so that nothing is synced to disk.
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "shared_buffers": "256MB",
        }
        server = [program("postgres", package=_PACKAGE), "-D", data]
        server += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._run.start(as_service_user(server), doing="starting PostgreSQL", answers=self._answers)
        self.sql(f"CREATE DATABASE {DATABASE}", database="postgres")

    def sql(self, query: str, *, database: str = DATABASE, **values: str) -> str:
        """Return the rows of a query as PostgreSQL writes CSV; this is the lab's second door.

        Args:
            query: The query; ``:'name'`` stands for a value.
            database: Where it is asked.
            values: The values, quoted by psql itself.

        Raises:
            NautobotLabError: PostgreSQL refuses it.

        """
        command = [program("psql", package=_PACKAGE), "-X", "-q", "--csv", "-t", "-v", "ON_ERROR_STOP=1"]
        command += [part for name, value in values.items() for part in ("-v", f"{name}={value}")]
        environment = self.client_environment | {"PGDATABASE": database}
        return self._run.run(
            command, doing="asking the database", environment=environment, standard_input=query
        )

    def dump(self, target: Path) -> None:
        """Write the database into a file, whole or not at all."""
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        command = [program("pg_dump", package=_PACKAGE), "-Fc", "-f", str(beside)]
        self._run.run(command, doing="dumping the database", environment=self.client_environment)
        beside.replace(target)

    def restore(self, source: Path) -> None:
        """Fill the empty database from a dump."""
        command = [program("pg_restore", package=_PACKAGE), "-j", "2", "--no-owner", "--exit-on-error"]
        command += ["-d", DATABASE, str(source)]
        self._run.run(command, doing="restoring the database", environment=self.client_environment)

    def _answers(self) -> bool:
        return (self.socket_folder / ".s.PGSQL.5432").exists() and self._accepts()

    def _accepts(self) -> bool:
        command = [program("pg_isready", package=_PACKAGE), "-q"]
        environment = {"PATH": os.defpath, **self.client_environment}
        return subprocess.run(command, env=environment, check=False).returncode == 0

    def _prepare(self) -> None:
        user = service_user()
        for folder in (self._folder, self.socket_folder):
            folder.mkdir(mode=0o700)
            if os.getuid() == 0:
                os.chown(folder, user.pw_uid, user.pw_gid)
        password_file = self._folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        if os.getuid() == 0:
            os.chown(password_file, user.pw_uid, user.pw_gid)
