"""The faults that are switched on for a twin."""

import threading

from lab.models import Fault, FaultName


class FaultBox:
    """Faults by name; each counts down as it is used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def switch_on(self, fault: Fault) -> None:
        """Switch a fault on, beside those that are on already."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self._faults.clear()

    def all(self) -> tuple[Fault, ...]:
        """Return the faults that are on."""
        with self._lock:
            return tuple(self._faults)

    def use(self, name: FaultName, line: str = "") -> Fault | None:
        """Return a fault that strikes now and count it down, or None.

        Args:
            name: Which fault.
            line: The line that it must match, for faults with an argument.
        """
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.name != name or fault.argument not in line:
                    continue
                if fault.times is not None:
                    left = fault.times - 1
                    if left:
                        self._faults[index] = fault.model_copy(update={"times": left})
                    else:
                        del self._faults[index]
                return fault
        return None
