"""What every device twin does the same way: it has a name, faults that are switched and a transcript."""

import threading

from lab.faults import FaultSwitch
from lab.models import Fault, TwinSpec
from lab.twin import TwinCredential


class DeviceTwin:
    """The part of a ``Twin`` that no platform changes; each adds its device, its protocol and its state."""

    def __init__(self, spec: TwinSpec, credential: TwinCredential) -> None:
        self._spec = spec
        self._credential = credential
        self._faults = FaultSwitch()
        self._transcript: list[str] = []
        self._transcript_lock = threading.Lock()

    @property
    def name(self) -> str:
        """Return the device name."""
        return self._spec.name

    def transcript(self) -> tuple[str, ...]:
        """Return every request line or body as received, in order, with passwords masked."""
        with self._transcript_lock:
            return tuple(self._transcript)

    def switch_fault(self, fault: Fault) -> None:
        """Switch a fault on."""
        self._faults.switch(fault)

    def clear_faults(self) -> None:
        """Switch every fault off."""
        self._faults.clear()

    def _write_down(self, request: str) -> None:
        """Add a request to the transcript; its passwords are masked already."""
        with self._transcript_lock:
            self._transcript.append(request)
