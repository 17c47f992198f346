"""One connection over a management path: it falls silent with the path and ends with the device."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_POLL_SECONDS: Final = 0.1


class PathConnection:
    """An accepted connection; whoever serves it asks here whether the path is there and the device runs."""

    def __init__(self, connection: socket.socket, path_open: threading.Event) -> None:
        self.socket = connection
        self.is_logged_in = False
        self._path_open = path_open
        self._ended = threading.Event()

    @property
    def has_ended(self) -> bool:
        """Return whether the device, the twin or the client is gone."""
        return self._ended.is_set()

    @property
    def is_silent(self) -> bool:
        """Return whether nothing that is sent would arrive."""
        return self.has_ended or not self._path_open.is_set()

    def pass_gate(self) -> bool:
        """Wait until the path is there; False means that the connection ended meanwhile."""
        while not self._ended.is_set():
            if self._path_open.wait(_POLL_SECONDS):
                return not self._ended.is_set()
        return False

    def wait_ended(self, seconds: float) -> bool:
        """Wait so long unless the connection ends first; return whether it did."""
        return self._ended.wait(seconds)

    def end(self) -> None:
        """End the connection; the thread that serves it closes its socket."""
        self._ended.set()
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def silence_with_path(self) -> SilenceableSocket:
        """Return the socket in a form that itself passes nothing while the path is cut."""
        silenceable = SilenceableSocket(self)
        self.socket = silenceable
        return silenceable


class SilenceableSocket(socket.socket):
    """A socket that passes nothing while its path is cut."""

    def __init__(self, connection: PathConnection) -> None:
        super().__init__(fileno=connection.socket.detach())
        self._connection = connection

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Return what arrived, nothing at the end; time out while the path is cut."""
        return super().recv(bufsize, flags) if self._passes() else b""

    def send(self, data: ReadableBuffer, flags: int = 0, /) -> int:
        """Send; time out while the path is cut."""
        if not self._passes():
            raise ConnectionResetError
        return super().send(data, flags)

    def _passes(self) -> bool:
        """Return True where the path is there and False at the end of the connection."""
        if self._connection.is_silent and not self._connection.wait_ended(_POLL_SECONDS):
            raise TimeoutError
        return not self._connection.has_ended
