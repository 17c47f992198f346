"""A Redis server of its own: nothing on disk, a loopback port, a password made for the run."""

import secrets
import socket
from contextlib import suppress

from lab.nautobot.commands import RunFolder, program
from lab.nautobot.free_port import free_port


class RedisServer:
    """The Redis server of one run; on a port, because Celery's Redis address knows no file system socket."""

    def __init__(self, run_folder: RunFolder) -> None:
        self._run = run_folder
        self.port = 0
        self.password = secrets.token_urlsafe(24)

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            NautobotLabError: It is missing or does not start.

        """
        self.port = free_port()
        configuration = self._run.path / "redis.conf"
        configuration.touch(mode=0o600)
        lines = (
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            'save ""',
            "appendonly no",
            f"dir {self._run.path}",
        )
        configuration.write_text("".join(f"{line}\n" for line in lines))
        server = program("redis-server", package="redis-server")
        self._run.start([server, str(configuration)], doing="starting Redis", answers=self._answers)

    def _answers(self) -> bool:
        with socket.socket() as client, suppress(OSError):
            client.settimeout(1)
            client.connect(("127.0.0.1", self.port))
            client.sendall(f"AUTH {self.password}\r\n".encode())
            return client.recv(16).startswith(b"+OK")
        return False
