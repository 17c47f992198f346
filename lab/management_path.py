"""The management path of a twin: a loopback port that can go away, and the connections over it."""

import contextlib
import itertools
import socket
import threading
from collections.abc import Callable
from typing import Final

from lab.delayed_line import DelayedLine
from lab.loopback_port import LoopbackPort
from lab.models import LatencyProfile
from lab.path_connection import PathConnection

_STOP_SECONDS: Final = 10.0


class ManagementPath:
    """A loopback port, the connections that were accepted on it and the gate that they pass.

    While the path is cut new connections are refused and whoever comes to the gate waits there; when the path
    is back, those who wait go on.
    """

    def __init__(
        self,
        owner: str,
        port: int,
        serve: Callable[[PathConnection], None],
        latency: LatencyProfile | None = None,
    ) -> None:
        """Keep what is needed to start.

        Args:
            owner: The twin that is reached over it.
            port: The port to listen on; 0 lets the system choose.
            serve: Called with every accepted connection, in a thread of its own.
            latency: How long and how thin the line is.
        """
        self._owner = owner
        self._wanted = port
        self._serve = serve
        self._port: LoopbackPort | None = None
        self._open = threading.Event()
        self._stopped = False
        self._switching = threading.Lock()
        self._lock = threading.Lock()
        self._connections: dict[PathConnection, threading.Thread] = {}
        self._latency = latency
        self._numbers = itertools.count(1)
        self._lines: dict[PathConnection, DelayedLine] = {}

    @property
    def port(self) -> int:
        """Return the port; known after ``start``."""
        if self._port is None:
            raise RuntimeError(f"twin {self._owner}: start it before asking for its port")
        return self._port.port

    def start(self) -> None:
        """Take the port, without listening on it yet.

        Raises:
            LabRunError: The port is taken.
        """
        self._port = LoopbackPort(self._owner, self._wanted)

    def switch(self, *, is_open: bool, takes_new: bool = True) -> None:
        """Cut the path or bring it back; over a path that takes nobody new those who are there go on."""
        with self._switching:
            if self._stopped or self._port is None:
                return
            if is_open:
                self._open.set()
            else:
                self._open.clear()
            if is_open and takes_new:
                self._port.open(self._accept)
            else:
                self._port.shut()

    def sessions(self) -> int:
        """Return over how many connections somebody is logged in."""
        with self._lock:
            return sum(connection.is_logged_in for connection in self._connections)

    def drop_connections(self) -> None:
        """End every connection, as a reboot does."""
        with self._lock:
            connections = tuple(self._connections)
        for connection in connections:
            connection.end()

    def join_connections(self) -> None:
        """Wait until nobody acts on the device any more whose connection was ended."""
        with self._lock:
            threads = tuple(self._connections.values())
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(_STOP_SECONDS)

    def stop(self) -> None:
        """Close the port and every connection and wait for their threads."""
        with self._switching:
            self._stopped = True
            if self._port is not None:
                self._port.release()
        with self._lock:
            lines = tuple(self._lines.values())
        self.drop_connections()
        self.join_connections()
        for line in lines:
            line.end()
            line.join(_STOP_SECONDS)

    def _accept(self, accepted: socket.socket) -> None:
        # What is said letter by letter or in several pieces does not wait for the client's acknowledgement.
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line: DelayedLine | None = None
        if self._latency is not None:
            line = DelayedLine(accepted, self._latency, f"{self._owner}/{next(self._numbers)}")
        connection = PathConnection(accepted if line is None else line.near, self._open)
        thread = threading.Thread(
            target=self._run, args=(connection,), name=f"{self._owner}-session", daemon=True
        )
        with self._lock:
            if self._stopped:
                connection.socket.close()
                if line is not None:
                    line.end()
                return
            self._connections[connection] = thread
            if line is not None:
                self._lines[connection] = line
            thread.start()

    def _run(self, connection: PathConnection) -> None:
        try:
            self._serve(connection)
        finally:
            connection.end()
            with self._lock:
                self._connections.pop(connection, None)
                self._lines.pop(connection, None)
            with contextlib.suppress(OSError):
                connection.socket.close()
