"""One connection to a libvirt daemon, with libvirt's errors translated where they enter."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import libvirt

from hypervisors.errors import PlatformRefusedError, UnreachableError

_LOST = (libvirt.VIR_ERR_RPC, libvirt.VIR_ERR_NO_CONNECT, libvirt.VIR_ERR_INVALID_CONN)
_LOST_TEXTS = ("client socket is closed", "End of file while reading data", "Cannot write data")


def _be_silent(_context: object, _error: object) -> None:
    """Take the place of libvirt's own handler, which prints each error to standard error."""


class Connection:
    """One open connection; every call to libvirt runs inside ``doing``."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        libvirt.registerErrorHandler(_be_silent, None)
        self._handle = self._open()

    @property
    def handle(self) -> Any:
        """Return libvirt's connection, opened anew where the daemon was restarted since the last call.

        A loss shows itself in the call that meets it, which fails; the next one reaches the new daemon.
        """
        if not self._handle.isAlive():
            self._handle = self._open()
        return self._handle

    def _open(self) -> Any:
        try:
            return libvirt.open(self.uri)
        except libvirt.libvirtError as error:
            raise UnreachableError(self.uri, first_line(error)) from error

    def close(self) -> None:
        """End the connection; one that is lost already is no error."""
        try:
            self._handle.close()
        except libvirt.libvirtError as error:
            if not is_lost(error):
                raise PlatformRefusedError("closing", self.uri, first_line(error)) from error

    @contextmanager
    def doing(self, action: str, subject: str) -> Iterator[None]:
        """Translate the errors of the calls inside; the message names what was done to what."""
        try:
            yield
        except libvirt.libvirtError as error:
            if is_lost(error):
                raise UnreachableError(self.uri, first_line(error)) from error
            raise PlatformRefusedError(action, subject, first_line(error)) from error


def is_lost(error: libvirt.libvirtError) -> bool:
    """Return whether the error means that the daemon is gone."""
    return error.get_error_code() in _LOST or any(text in str(error) for text in _LOST_TEXTS)


def first_line(error: libvirt.libvirtError) -> str:
    """Return libvirt's message without its end of line."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else "no message"
