"""The state of a Nexus switch: configurations, checkpoints and whether it can be reached."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Final

from lab.cli_dialect import Node
from lab.cli_tree import ConfigTree, Editor
from lab.device_clock import DeviceClock
from lab.errors import LabFileError, LineRefused
from lab.faults import FaultSwitch
from lab.models import PendingCommit, TwinSpec
from lab.nxos.checkpoints import Checkpoint, Checkpoints, patch
from lab.nxos.dialect import BOOT_DIALECT, DIALECT
from lab.nxos.features import is_on
from lab.nxos.interfaces import is_shut
from lab.twin import Clock

_RELEASE: Final = re.compile(r"^version (\S+)", re.MULTILINE)
_SEPARATOR: Final = re.compile(r"^!$", re.MULTILINE)


class NXOSDevice:
    """What the sessions and the second door act on, one at a time."""

    def __init__(self, spec: TwinSpec, configuration: str, clock: Clock, faults: FaultSwitch) -> None:
        self.spec = spec
        self.clock = DeviceClock(clock, spec.clock_factor)
        self.faults = faults
        self.lock = threading.RLock()
        self.on_change: Callable[[], None] = lambda: None
        self.running = _boot(spec, configuration)
        self.startup = self.text()
        self.checkpoints = Checkpoints()
        self.commits = 0
        self.reverts = 0
        self.changed: datetime | None = None
        self.saved = self.clock.now()
        self.serial = f"FDO{Random(spec.name).randrange(10**8):08d}"  # noqa: S311 - a serial number is no secret

    @property
    def hostname(self) -> str:
        """Return the configured name."""
        return next((node.text.split()[1] for node in self.running.find("hostname")), "switch")

    @property
    def release(self) -> str:
        """Return the release that the configuration names."""
        return next((node.text.split()[1] for node in self.running.find("version")), "10.3(9)")

    def text(self, *, defaults: bool = False) -> str:
        """Return the running configuration as the switch prints it: blank lines between its parts."""
        return _SEPARATOR.sub("", self.running.render(defaults=defaults))

    # Configuration.

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the device while the running configuration may change, and count it when it did."""
        with self.lock:
            before = self.text()
            try:
                yield
            finally:
                self.note_change(before)

    def note_change(self, before: str) -> bool:
        """Count a change; return whether there was one."""
        with self.lock:
            self.on_change()
            if self.text() == before:
                return False
            self.commits += 1
            self.changed = self.clock.now()
            return True

    def apply_line(self, editor: Editor, line: str) -> None:
        """Apply one line in configuration mode; it is in force at once.

        Raises:
            LineRefused: the device does not take it.
        """
        with self.lock:
            self._fault(line, reads_text=editor.reads_text)
            editor.apply(line)
            self.on_change()

    def _fault(self, line: str, *, reads_text: bool) -> None:
        stripped = line.strip()
        if stripped and not reads_text and self.faults.use_for("error-line", stripped):
            raise LineRefused(line, "invalid", len(line) - len(line.lstrip()))

    def save(self) -> None:
        """Make the running configuration the one to boot with."""
        with self.lock:
            self.startup = self.text()
            self.saved = self.clock.now()

    # Checkpoints.

    def checkpoint(self, name: str, user: str) -> Checkpoint:
        """Return a copy of what is running; it is not kept yet."""
        with self.lock:
            return Checkpoint(name, user, self.clock.now(), self.running.copy())

    def roll_back(self, content: ConfigTree) -> bool:
        """Apply the patch that leads to another configuration, whole or not at all; return whether it went.

        A line of the patch that is refused leaves everything as it was.
        """
        with self.changing():
            try:
                for line in patch(self.running, content):
                    self._fault(line, reads_text=False)
            except LineRefused:
                return False
            self.running.replace_with(content)
        return True

    # The device and its management path.

    def pending(self) -> PendingCommit | None:
        """Return nothing: no change waits for a confirmation on NX-OS."""
        return None

    def boot(self) -> None:
        """Run what was saved; the checkpoints are still there."""
        with self.lock:
            self.running.replace_with(self.parse(self.startup))
            self.on_change()

    def stop(self) -> None:
        """Do nothing: no timer runs."""

    def parse(self, text: str) -> ConfigTree:
        """Return the tree of a text that this device wrote."""
        tree, _ = ConfigTree.parse(BOOT_DIALECT, text)
        tree.dialect = DIALECT
        return tree

    def takes_logins(self) -> bool:
        """Return whether the SSH server runs."""
        with self.lock:
            return is_on(self.running.root, "ssh")

    def interface(self, name: str) -> Node | None:
        """Return the section of an interface."""
        return self.running.root.child(("interface", name))

    def is_addressed(self) -> bool:
        """Return whether the management interface is open and has an address."""
        name = self.spec.management_interface
        interface = self.interface(name)
        if interface is None or is_shut(interface):
            return False
        if name.startswith("Vlan") and self.running.root.child(("vlan", name.removeprefix("Vlan"))) is None:
            return False
        return bool(interface.find("ip address"))


def _boot(spec: TwinSpec, configuration: str) -> ConfigTree:
    if _RELEASE.search(configuration) is None:
        raise LabFileError(
            f"twin {spec.name}: {spec.configuration} has no line 'version …' as `show running-config` has; "
            "take the whole text, it names the release"
        )
    tree, refused = ConfigTree.parse(BOOT_DIALECT, configuration)
    if refused:
        first = refused[0]
        raise LabFileError(
            f"twin {spec.name}: {spec.configuration}:{first.number}: NX-OS refuses "
            f"{first.refusal.line.strip()!r} ({first.refusal.kind}), {len(refused)} line(s) in all; "
            "correct the starting configuration"
        )
    if tree.root.child(("interface", spec.management_interface)) is None:
        raise LabFileError(
            f"twin {spec.name}: {spec.configuration} has no interface {spec.management_interface}, which the "
            "lab file names as the management interface; add it or name another"
        )
    tree.dialect = DIALECT
    return tree
