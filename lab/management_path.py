"""The management path of a twin: a loopback port that can go away, and the gate that its sessions wait at."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Final

from lab.loopback_port import LoopbackPort

_POLL_SECONDS: Final = 0.2
_STOP_SECONDS: Final = 10.0


class ManagementPath:
    """A loopback port, the connections that were accepted on it and a gate that they pass.

    While the path is cut new connections are refused and whoever comes to the gate waits there; when the path
    is back, those who wait go on.
    """

    def __init__(self, owner: str, port: int, serve: Callable[[socket.socket], None]) -> None:
        """Keep what is needed to start.

        Args:
            owner: The twin that is reached over it.
            port: The port to listen on; 0 lets the system choose.
            serve: Called with every accepted connection, in a thread of its own.
        """
        self._owner = owner
        self._wanted = port
        self._serve = serve
        self._port: LoopbackPort | None = None
        self._open = threading.Event()
        self._stopped = threading.Event()
        self._switching = threading.Lock()
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()

    @property
    def port(self) -> int:
        """Return the port, 0 before ``start``."""
        return 0 if self._port is None else self._port.port

    def start(self, *, is_open: bool) -> None:
        """Take the port and begin to listen on it, unless the path is cut from the beginning.

        Raises:
            LabRunError: The port is taken.
        """
        self._port = LoopbackPort(self._owner, self._wanted)
        self.switch(is_open=is_open)

    def switch(self, *, is_open: bool) -> None:
        """Cut the path or bring it back."""
        with self._switching:
            if self._stopped.is_set() or self._port is None or is_open == self._open.is_set():
                return
            if is_open:
                self._open.set()
                self._port.open(self._accept)
            else:
                self._open.clear()
                self._port.shut()

    def pass_gate(self) -> bool:
        """Wait until the path is there; False means that the twin stopped meanwhile."""
        while not self._stopped.is_set():
            if self._open.wait(_POLL_SECONDS):
                return not self._stopped.is_set()
        return False

    def wait_stopped(self, seconds: float) -> bool:
        """Wait so long unless the twin stops first; return whether it did."""
        return self._stopped.wait(seconds)

    def connections(self) -> int:
        """Return how many connections are open."""
        with self._lock:
            return len(self._connections)

    def drop_connections(self) -> None:
        """End every connection, as a reboot does."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Close the port and every connection and wait for their threads."""
        with self._switching:
            self._stopped.set()
            if self._port is not None:
                self._port.release()
        with self._lock:
            connections, threads = list(self._connections), list(self._threads)
        for connection in connections:
            # The thread that serves the connection closes it.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(_STOP_SECONDS)

    def _accept(self, connection: socket.socket) -> None:
        with self._lock:
            if self._stopped.is_set():
                connection.close()
                return
            self._connections.add(connection)
            self._threads = {thread for thread in self._threads if thread.is_alive()}
            name = f"session-{self.port}"
            thread = threading.Thread(target=self._run, args=(connection,), name=name, daemon=True)
            self._threads.add(thread)
            thread.start()

    def _run(self, connection: socket.socket) -> None:
        try:
            self._serve(connection)
        finally:
            with self._lock:
                self._connections.discard(connection)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
