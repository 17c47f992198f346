"""Start and stop machines of one libvirt daemon."""

import time
from typing import Any

import libvirt

from hypervisors.errors import (
    FencedError,
    GuestStaysOnError,
    PlatformRefusedError,
    PortTakenError,
    WrongStateError,
)
from hypervisors.libvirt.connection import Connection
from hypervisors.libvirt.domains import Domains

_POLL_SECONDS = 0.1
# A guest that is still booting loses the button press, so it is pressed again.
_PRESS_AGAIN_SECONDS = 3.0
_OFF = ("shut-off", "crashed")


class Power:
    """The power of the machines behind one connection."""

    def __init__(self, connection: Connection, domains: Domains) -> None:
        self._connection = connection
        self._domains = domains

    def start(self, name: str) -> None:
        """Start a machine; one that runs is left alone, one that is fenced is refused."""
        handle = self._domains.require(name)
        fence = self._domains.description(handle).fence
        if fence is not None:
            raise FencedError(name, move=fence.move, action="start")
        state = self._domains.state(handle)
        if state == "running":
            return
        if state not in _OFF:
            raise WrongStateError(name, state=state, wanted="shut-off", action="start")
        try:
            with self._connection.doing("start of machine", name):
                handle.create()
        except PlatformRefusedError as error:
            if "Could not set up host forwarding rule" in str(error.__cause__):
                raise PortTakenError(error.action, name, _forwarding_rule(str(error.__cause__))) from error
            raise

    def shut_down(self, name: str, *, timeout_seconds: float) -> None:
        """Press the power button and wait until the machine is off; one that is off is left alone."""
        handle = self._domains.require(name)
        started = time.monotonic()
        pressed = -_PRESS_AGAIN_SECONDS
        while (state := self._domains.state(handle)) not in _OFF:
            if state == "paused":
                raise WrongStateError(name, state=state, wanted="running", action="shut-down")
            waited = time.monotonic() - started
            if waited >= timeout_seconds:
                raise GuestStaysOnError(name, timeout_seconds)
            if waited - pressed >= _PRESS_AGAIN_SECONDS:
                self._press(handle, name)
                pressed = waited
            time.sleep(_POLL_SECONDS)

    def power_off(self, name: str) -> None:
        """Cut the power; off already is no error."""
        handle = self._domains.require(name)
        if self._domains.state(handle) in _OFF:
            return
        with self._connection.doing("cutting the power of machine", name):
            try:
                handle.destroy()
            except libvirt.libvirtError as error:
                if error.get_error_code() != libvirt.VIR_ERR_OPERATION_INVALID:
                    raise

    def _press(self, handle: Any, name: str) -> None:
        with self._connection.doing("shut-down of machine", name):
            try:
                handle.shutdownFlags(libvirt.VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN)
            except libvirt.libvirtError as error:
                # It went off between the look and the press.
                if error.get_error_code() != libvirt.VIR_ERR_OPERATION_INVALID:
                    raise


def _forwarding_rule(text: str) -> str:
    rule = text.partition("Could not set up host forwarding rule")[2].strip().splitlines()[0]
    return f"published port {rule} is in use on the host"
