"""The faults that are switched on for a twin."""

import re
import threading

from lab.models import Fault, FaultName


class FaultSwitch:
    """Faults by name; each use counts one down, and a fault whose count is used up is gone."""

    def __init__(self) -> None:
        self._faults: dict[FaultName, Fault] = {}
        self._lock = threading.Lock()

    def switch(self, fault: Fault) -> None:
        """Switch a fault on, in place of an earlier one of its name."""
        with self._lock:
            self._faults[fault.name] = fault

    def end(self, name: FaultName) -> None:
        """Switch a fault off."""
        with self._lock:
            self._faults.pop(name, None)

    def clear(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self._faults.clear()

    def is_on(self, name: FaultName) -> bool:
        """Return whether a fault is on, without using it."""
        with self._lock:
            return name in self._faults

    def use(self, name: FaultName) -> Fault | None:
        """Return the fault when it is on, and count its use."""
        with self._lock:
            return self._use(name)

    def use_for(self, name: FaultName, line: str) -> Fault | None:
        """Return the fault when it is on and its argument is found in the line, and count its use."""
        with self._lock:
            fault = self._faults.get(name)
            if fault is None or re.search(fault.argument, line) is None:
                return None
            return self._use(name)

    def active(self) -> tuple[Fault, ...]:
        """Return the faults that are on."""
        with self._lock:
            return tuple(self._faults.values())

    def _use(self, name: FaultName) -> Fault | None:
        fault = self._faults.get(name)
        if fault is None:
            return None
        if fault.times is not None:
            if fault.times == 1:
                del self._faults[name]
            else:
                self._faults[name] = fault.model_copy(update={"times": fault.times - 1})
        return fault
