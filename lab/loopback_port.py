"""A loopback port that stays ours while nobody can connect to it.

The port is held by a bound socket that never listens; another one listens while the port is open.
"""

import socket
import threading
from collections.abc import Callable

from lab.acceptor import ACCEPTOR
from lab.errors import LabRunError

_WAITING_CONNECTIONS = 64


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
        self._lock = threading.Lock()

    def open(self, accept: Callable[[socket.socket], None]) -> None:
        """Listen, and hand every connection to ``accept``; without effect while open."""
        with self._lock:
            if self._listener is not None:
                return
            listener = _bound(self.port)
            listener.listen(_WAITING_CONNECTIONS)
            self._listener = listener
        ACCEPTOR.add(listener, lambda connection: self._hand_over(listener, accept, connection))

    def shut(self) -> None:
        """Refuse new connections; without effect while shut."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            ACCEPTOR.remove(listener)
            listener.close()

    def release(self) -> None:
        """Shut the port and give it up."""
        self.shut()
        self._reservation.close()

    def _hand_over(
        self, listener: socket.socket, accept: Callable[[socket.socket], None], connection: socket.socket
    ) -> None:
        with self._lock:
            ours = self._listener is listener
        if ours:
            accept(connection)
        else:
            connection.close()


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
