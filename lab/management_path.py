"""The management path of a twin: a loopback port that can go away, and the gate that its sessions wait at."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Final

_LOOPBACK: Final = "127.0.0.1"
_BACKLOG: Final = 32
_ACCEPT_POLL_SECONDS: Final = 0.2


class ManagementPath:
    """A listening loopback port whose number stays ours while the path is cut.

    While the path is cut new connections are refused and whoever passes the gate waits there; when it comes
    back, those who wait go on. A second, never listening socket keeps the port for this process meanwhile.
    """

    def __init__(self, port: int, serve: Callable[[socket.socket], None]) -> None:
        """Keep what is needed to start.

        Args:
            port: The port to listen on; 0 lets the system choose.
            serve: Called with every accepted connection, in a thread of its own.
        """
        self._wanted = port
        self._serve = serve
        self._holder: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._open = threading.Event()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self.port = 0

    def start(self, *, is_open: bool) -> None:
        """Take the port and begin to listen on it, unless the path is cut from the beginning."""
        _refuse_taken(self._wanted)
        holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            holder.bind((_LOOPBACK, self._wanted))
        except OSError:
            holder.close()
            raise
        self._holder = holder
        self.port = holder.getsockname()[1]
        self.switch(is_open=is_open)

    def switch(self, *, is_open: bool) -> None:
        """Cut the path or bring it back."""
        with self._lock:
            if self._stopped.is_set() or self._holder is None or is_open == self._open.is_set():
                return
            if is_open:
                self._open.set()
                self._listen()
            else:
                self._open.clear()
                self._close_listener()

    def is_open(self) -> bool:
        """Return whether the path is there."""
        return self._open.is_set()

    def pass_gate(self) -> bool:
        """Wait until the path is there; False means that the twin stopped meanwhile."""
        while not self._stopped.is_set():
            if self._open.wait(_ACCEPT_POLL_SECONDS):
                return not self._stopped.is_set()
        return False

    def wait_stopped(self, seconds: float) -> bool:
        """Wait so long unless the twin stops first; return whether it did."""
        return self._stopped.wait(seconds)

    def connections(self) -> int:
        """Return how many connections are open."""
        with self._lock:
            return len(self._connections)

    def stop(self) -> None:
        """Close the port and every connection and wait for their threads."""
        self._stopped.set()
        with self._lock:
            self._close_listener()
            holder, self._holder = self._holder, None
            connections = list(self._connections)
            threads = list(self._threads)
        if holder is not None:
            holder.close()
        for connection in connections:
            _shut(connection)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(timeout=10)

    def _listen(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((_LOOPBACK, self.port))
        listener.listen(_BACKLOG)
        listener.settimeout(_ACCEPT_POLL_SECONDS)
        self._listener = listener
        self._begin(lambda: self._accept(listener), f"accept-{self.port}")

    def _close_listener(self) -> None:
        if self._listener is not None:
            # Closing alone would leave the port listening while the accepting thread is inside accept().
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with self._lock:
                if self._stopped.is_set() or self._listener is not listener:
                    connection.close()
                    return
                self._connections.add(connection)
                self._begin(lambda connection=connection: self._run(connection), f"serve-{self.port}")  # type: ignore[misc]

    def _run(self, connection: socket.socket) -> None:
        try:
            self._serve(connection)
        finally:
            _shut(connection)
            with self._lock:
                self._connections.discard(connection)

    def _begin(self, action: Callable[[], None], name: str) -> None:
        """Start a thread; called with the lock held."""
        self._threads = {thread for thread in self._threads if thread.is_alive()}
        thread = threading.Thread(target=action, name=name, daemon=True)
        self._threads.add(thread)
        thread.start()


def _refuse_taken(port: int) -> None:
    """Raise ``OSError`` where another socket has the port, also one that would let itself be joined."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((_LOOPBACK, port))


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
