"""The protocol that every device twin fulfils, declared beside its user, the lab process."""

from typing import Protocol

from lab.models import Fault, TwinState


class Twin(Protocol):
    """A device twin: it listens on loopback, speaks its platform's protocol and keeps true state."""

    @property
    def name(self) -> str:
        """Return the device name."""

    @property
    def port(self) -> int:
        """Return the loopback port of its management protocol; known after ``start``."""

    def start(self) -> None:
        """Bind and serve in threads of its own."""

    def stop(self) -> None:
        """Close every socket and thread."""

    def state(self) -> TwinState:
        """Return a consistent copy of the true state."""

    def transcript(self) -> tuple[str, ...]:
        """Return every request line or body as received, in order, with passwords masked."""

    def switch_fault(self, fault: Fault) -> None:
        """Switch a fault on."""

    def clear_faults(self) -> None:
        """Switch every fault off."""

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path and lock."""
