"""A loopback port that stays ours while nobody can connect to it, and sockets that can fall silent.

A device whose management path is cut answers nobody: new connections are refused, those that exist hear
nothing, and both come back when the path does. The port is held by a bound socket that never listens.
"""

import socket
import threading
from collections.abc import Callable

_POLL_SECONDS = 0.1


class LoopbackPort:
    """A listening port that can be closed and opened again without ever being lost to another process."""

    def __init__(self, port: int) -> None:
        self._reservation = _bound(port)
        self.port: int = self._reservation.getsockname()[1]
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def open(self, accept: Callable[[socket.socket], None]) -> None:
        """Listen, and hand every connection to ``accept``; without effect while open."""
        with self._lock:
            if self._listener is not None:
                return
            listener = _bound(self.port)
            listener.listen(64)
            self._listener = listener
            name = f"port-{self.port}"
            self._thread = threading.Thread(
                target=self._serve, args=(listener, accept), name=name, daemon=True
            )
            self._thread.start()

    def shut(self) -> None:
        """Refuse new connections; without effect while shut."""
        with self._lock:
            if self._listener is None:
                return
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
            thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def release(self) -> None:
        """Shut the port and give it up."""
        self.shut()
        self._reservation.close()

    def _serve(self, listener: socket.socket, accept: Callable[[socket.socket], None]) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                ours = self._listener is listener
            if ours:
                accept(connection)
            else:
                connection.close()


class SilenceableSocket:
    """A connection that passes nothing while its path is cut; looks like a socket to paramiko."""

    def __init__(self, connection: socket.socket, path: threading.Event) -> None:
        self._connection = connection
        self._path = path

    def recv(self, count: int) -> bytes:
        """Return what arrived, as ``socket.recv`` does; time out while the path is cut."""
        self._wait()
        return self._connection.recv(count)

    def send(self, data: bytes) -> int:
        """Send, as ``socket.send`` does; time out while the path is cut."""
        self._wait()
        return self._connection.send(data)

    def settimeout(self, seconds: float | None) -> None:
        """Set the time after which the two above give up."""
        self._connection.settimeout(seconds)

    def getpeername(self) -> object:
        """Return the address of the other side."""
        return self._connection.getpeername()

    def getsockname(self) -> object:
        """Return the address of this side."""
        return self._connection.getsockname()

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._connection.fileno()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _wait(self) -> None:
        if not self._path.wait(_POLL_SECONDS):
            raise TimeoutError


def _bound(port: int) -> socket.socket:
    """Return a socket bound to a loopback port; several of ours may be, but only one may listen."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
    except OSError:
        bound.close()
        raise
    return bound
