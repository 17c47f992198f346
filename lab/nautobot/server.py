"""The Nautobot server of one run: database, Redis, the server itself, and one account with a token."""

import json
import secrets
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.nautobot.commands import Progress, RunFolder
from lab.nautobot.content import Content
from lab.nautobot.environment import ensure_environment, only_one, version_folder
from lab.nautobot.free_port import free_port
from lab.nautobot.postgres import DATABASE, PostgresCluster
from lab.nautobot.redis_server import RedisServer

_SCRIPTS = Path(__file__).parent


class NautobotServer:
    """A running server; ``nautobot_server`` makes one."""

    def __init__(self, run_folder: RunFolder, programs: Path, dump: Path) -> None:
        self._run = run_folder
        self._programs = programs
        self._dump = dump
        self._redis = RedisServer(run_folder)
        self._secret_key = secrets.token_urlsafe(48)
        self._port = 0
        self.postgres = PostgresCluster(run_folder)
        self.token = secrets.token_hex(20)

    @property
    def url(self) -> str:
        """Return the address of the server."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start everything; the database is migrated, or restored from the dump of an earlier migration.

        Raises:
            NautobotLabError: A part is missing or does not start.

        """
        progress = self._run.progress
        progress("starting PostgreSQL and Redis")
        self.postgres.start()
        self._redis.start()
        configuration = str(self._configuration)
        init = [self._server, "init", "--disable-installation-metrics", configuration]
        self._run.run(init, doing="writing the configuration", environment=self._environment)
        if self._dump.exists():
            progress("restoring the migrated empty database")
            self.postgres.restore(self._dump)
        else:
            progress("migrating an empty database (once, about five minutes)")
            migrate = [self._server, "migrate", "--no-input"]
            self._run.run(migrate, doing="migrating the database", environment=self._environment)
            self.postgres.dump(self._dump)
        progress("making an account and starting the server")
        self.run_inside("account.py", json.dumps({"username": "check", "token": self.token}))
        self._serve()

    def fill(self, content: Content) -> None:
        """Write content into the server.

        Raises:
            NautobotLabError: Nautobot refuses something of it; then nothing of it is there.

        """
        count = len(content.devices)
        self._run.progress(f"filling the server with {count} devices (about a minute)")
        self.run_inside("populate.py", content.model_dump_json())

    def run_inside(self, script: str, standard_input: str) -> str:
        """Run a script of this folder inside Nautobot and return what it printed.

        Raises:
            NautobotLabError: It ended with an error.

        """
        command = [str(self._programs / "python"), str(_SCRIPTS / script)]
        return self._run.run(
            command,
            doing=f"running {script}",
            environment=self._environment,
            standard_input=standard_input,
        )

    def _serve(self) -> None:
        self._port = free_port()
        address = f"127.0.0.1:{self._port}"
        serve = [self._server, "runserver", "--noreload", "--insecure", address]
        self._run.start(
            serve,
            doing="serving",
            answers=self._answers,
            environment=self._environment,
            timeout_seconds=300,
        )

    def _answers(self) -> bool:
        request = urllib.request.Request(  # noqa: S310  # the address is our own
            f"{self.url}/api/status/", headers={"Authorization": f"Token {self.token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return bool(answer.status == 200)  # noqa: PLR2004
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    @property
    def _server(self) -> str:
        return str(self._programs / "nautobot-server")

    @property
    def _configuration(self) -> Path:
        return self._run.path / "nautobot" / "nautobot_config.py"

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self._run.path),
            "PATH": f"{self._programs}:/usr/bin:/bin",
            "NAUTOBOT_ROOT": str(self._configuration.parent),
            "NAUTOBOT_CONFIG": str(self._configuration),
            "NAUTOBOT_DB_NAME": DATABASE,
            "NAUTOBOT_DB_USER": self.postgres.user,
            "NAUTOBOT_DB_PASSWORD": self.postgres.password,
            "NAUTOBOT_DB_HOST": str(self.postgres.socket_folder),
            "NAUTOBOT_REDIS_HOST": "127.0.0.1",
            "NAUTOBOT_REDIS_PORT": str(self._redis.port),
            "NAUTOBOT_REDIS_PASSWORD": self._redis.password,
            "NAUTOBOT_SECRET_KEY": self._secret_key,
            "NAUTOBOT_ALLOWED_HOSTS": "127.0.0.1",
            "NAUTOBOT_INSTALLATION_METRICS_ENABLED": "false",
        }


@contextmanager
def nautobot_server(cache_folder: Path, progress: Progress) -> Iterator[NautobotServer]:
    """Start a server, and stop it and remove its folder at the end, however that comes.

    One server per user at a time: a second waits. What a killed run left is ended and removed first.

    Raises:
        NautobotLabError: A part is missing or does not start.

    """
    with only_one(cache_folder) as last_folder:
        _remove_last(last_folder, progress)
        path = Path(tempfile.mkdtemp(prefix="samdrift-nautobot-"))
        last_folder.write_text(str(path))
        # The database's user passes through it; what is in it is each owner's alone.
        path.chmod(0o711)
        run_folder = RunFolder(path, progress)
        try:
            programs = ensure_environment(cache_folder, run_folder)
            server = NautobotServer(run_folder, programs, version_folder(cache_folder) / "empty.dump")
            server.start()
            yield server
        finally:
            run_folder.remove()
            last_folder.unlink(missing_ok=True)


def _remove_last(last_folder: Path, progress: Progress) -> None:
    try:
        path = Path(last_folder.read_text())
    except FileNotFoundError:
        return
    if path.name.startswith("samdrift-nautobot-") and path.is_dir():
        progress("removing what a run left that was killed")
        RunFolder(path, progress).remove()
    last_folder.unlink()
