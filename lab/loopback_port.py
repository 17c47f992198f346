"""A loopback port that stays ours while nobody can connect to it, and sockets that can fall silent.

A device whose management path is cut answers nobody: new connections are refused, those that exist hear
nothing, and both come back when the path does. The port is held by a bound socket that never listens.
"""

import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.errors import LabRunError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_POLL_SECONDS = 0.1


class LoopbackPort:
    """A listening port that can be closed and opened again without ever being lost to another process."""

    def __init__(self, owner: str, port: int) -> None:
        """Take the port.

        Args:
            owner: The twin whose port it is.
            port: Its number; 0 lets the system choose.

        Raises:
            LabRunError: The port cannot be taken.
        """
        try:
            self._reservation = _bound(port)
        except OSError as refused:
            raise LabRunError(
                f"twin {owner}: cannot listen on loopback port {port}: {refused.strerror}; "
                "end what holds it, or give the twin another port, or 0 to let the system choose"
            ) from refused
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


class SilenceableSocket(socket.socket):
    """A connection that passes nothing while its path is cut."""

    def __init__(self, connection: socket.socket, path: threading.Event) -> None:
        super().__init__(fileno=connection.detach())
        self._path = path

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Return what arrived; time out while the path is cut."""
        self._wait()
        return super().recv(bufsize, flags)

    def send(self, data: "ReadableBuffer", flags: int = 0, /) -> int:
        """Send; time out while the path is cut."""
        self._wait()
        return super().send(data, flags)

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
