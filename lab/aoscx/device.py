"""The state of an AOS-CX device: configurations, checkpoints, the automatic one and whether it is reached."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Final, Protocol

from lab.aoscx.checkpoints import CheckpointRefused, Checkpoints, difference
from lab.aoscx.dialect import Hardware, settle_vlans
from lab.cli_dialect import Node
from lab.cli_tree import ConfigTree, Editor
from lab.device_clock import DeviceClock
from lab.errors import LabFileError, LineRefused
from lab.faults import FaultSwitch
from lab.models import PendingCommit, TwinSpec
from lab.twin import Clock, ScheduledCall

_VERSION: Final = re.compile(r"^!Version ((?:ArubaOS|AOS)-CX) (\S+)$", re.MULTILINE)
_AFTER_SESSION_SECONDS: Final = 5.0
_QUIET_SECONDS: Final = 300.0
_WARNING_MINUTES: Final = 2


class Listener(Protocol):
    """The session that armed the automatic checkpoint; it is told what becomes of it."""

    @property
    def user(self) -> str:
        """Return who is logged in."""

    def tell(self, text: str) -> None:
        """Print a line between whatever is on the screen; a dead connection is no error."""


@dataclass(slots=True)
class AutoCheckpoint:
    """A configuration that comes back by itself unless the change is confirmed in the same session."""

    session: Listener
    content: ConfigTree
    restorations: list[ScheduledCall]
    warning: ScheduledCall | None = None


class AOSCXDevice:
    """What the sessions and the second door act on, one at a time."""

    def __init__(self, spec: TwinSpec, configuration: str, clock: Clock, faults: FaultSwitch) -> None:
        self.spec = spec
        self.clock = DeviceClock(clock, spec.clock_factor)
        self.faults = faults
        self.lock = threading.RLock()
        self.on_change: Callable[[], None] = lambda: None
        found = _VERSION.search(configuration)
        if found is None:
            raise LabFileError(
                f"twin {spec.name}: {spec.configuration} does not begin as `show running-config` does, with "
                "'!Version AOS-CX …'; take the whole text, it names the release"
            )
        self.brand, self.release = found[1], found[2]
        self.running = _boot(spec, configuration, self.release)
        self.startup = self.running.render()
        self.checkpoints = Checkpoints()
        self.auto: AutoCheckpoint | None = None
        self.commits = 0
        self.reverts = 0
        self._quiet: ScheduledCall | None = None
        self.serial = f"SG{Random(spec.name).randrange(10**8):08d}"  # noqa: S311 - a serial number is no secret

    @property
    def hostname(self) -> str:
        """Return the configured name."""
        return next((node.text.split()[1] for node in self.running.find("hostname")), "switch")

    # Configuration.

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the device while the running configuration may change, and count it when it did."""
        with self.lock:
            before = self.running.render()
            yield
            self.note_change(before)

    def note_change(self, before: str) -> bool:
        """Count a change and begin to wait for the quiet in which the system keeps a copy."""
        with self.lock:
            self.on_change()
            if self.running.render() == before:
                return False
            self.commits += 1
            if self._quiet is not None:
                self._quiet.cancel()
            self._quiet = self.clock.call_after(_QUIET_SECONDS, self._keep_quiet_copy)
            return True

    def _keep_quiet_copy(self) -> None:
        with self.lock:
            self.checkpoints.make_by_system(self.running, self.clock.now())

    def apply_line(self, editor: Editor, line: str) -> None:
        """Apply one line in configuration mode; it is in force at once.

        Raises:
            LineRefused: the device does not take it.
        """
        with self.lock:
            stripped = line.strip()
            if stripped and not editor.reads_text and self.faults.use_for("error-line", stripped):
                raise LineRefused(line, "invalid", len(line) - len(line.lstrip()))
            editor.apply(line)
            settle_vlans(self.running.root)
            self.on_change()

    def replace(self, content: ConfigTree) -> None:
        """Make another configuration the running one."""
        with self.changing():
            self.running.replace_with(content)

    def named(self, name: str) -> ConfigTree:
        """Return a configuration by the name that checkpoint commands give it.

        Raises:
            CheckpointRefused: there is none of that name.
        """
        with self.lock:
            if name == "running-config":
                return self.running
            if name == "startup-config":
                return self.parse(self.startup)
            return self.checkpoints.find(name).content

    def parse(self, text: str) -> ConfigTree:
        """Return the tree of a text that this device wrote."""
        tree, _ = ConfigTree.parse(Hardware(self.spec.model, self.release).dialect(boots=True), text)
        tree.dialect = self.running.dialect
        return tree

    def compare(self, first: str, second: str) -> str:
        """Return the difference of two configurations, named as checkpoint commands do.

        Raises:
            CheckpointRefused: one of them is not there.
        """
        with self.lock:
            texts = []
            for name in (first, second):
                try:
                    texts.append(self.header() + self.named(name).render())
                except CheckpointRefused:
                    raise CheckpointRefused(f"No checkpoint with name {name}") from None
            return difference(first, texts[0], second, texts[1])

    def save(self) -> None:
        """Make the running configuration the one to boot with."""
        with self.lock:
            self.startup = self.running.render()

    def erase_startup(self) -> None:
        """Leave nothing to boot with."""
        with self.lock:
            self.startup = ""

    @property
    def release_number(self) -> tuple[int, ...]:
        """Return the release without the letters of its hardware, as (10, 13)."""
        return tuple(int(number) for number in re.findall(r"\d+", self.release)[:2])

    def header(self) -> str:
        """Return the comments that stand before a configuration."""
        return f"!\n!Version {self.brand} {self.release}\n!export-password: default\n"

    # The automatic checkpoint.

    def arm(self, session: Listener, minutes: int) -> None:
        """Let the running configuration come back after so many minutes.

        Raises:
            CheckpointRefused: a timer runs already.
        """
        with self.lock:
            if self.auto is not None:
                raise CheckpointRefused("Checkpoint auto timer is already ON")
            auto = AutoCheckpoint(session, self.running.copy(), [])
            self.auto = auto
            auto.restorations.append(self.clock.call_after(minutes * 60, lambda: self._restore(auto)))
            if minutes > _WARNING_MINUTES:
                warn_after = (minutes - _WARNING_MINUTES) * 60
                auto.warning = self.clock.call_after(warn_after, lambda: self._warn(auto))

    def confirm(self) -> str:
        """Keep the change and return the name of the checkpoint that holds it.

        Raises:
            CheckpointRefused: no timer runs.
        """
        with self.lock:
            if self.auto is None:
                raise CheckpointRefused("Checkpoint auto timer is not running")
            self._forget_auto()
            return self.checkpoints.make_automatic(self.running, self.clock.now())

    def session_ended(self, session: Listener) -> None:
        """Take the change back soon when the session that armed the timer is gone."""
        with self.lock:
            auto = self.auto
            if auto is not None and auto.session is session:
                soon = self.clock.call_after(_AFTER_SESSION_SECONDS, lambda: self._restore(auto))
                auto.restorations.append(soon)

    def boot(self) -> None:
        """Run what was saved; the automatic checkpoint was in memory only, the named ones are still there."""
        with self.lock:
            self.stop()
            self.running.replace_with(self.parse(self.startup))
            self.on_change()

    def stop(self) -> None:
        """Let no timer fire any more."""
        with self.lock:
            self._forget_auto()
            if self._quiet is not None:
                self._quiet.cancel()

    def _forget_auto(self) -> None:
        if self.auto is not None:
            for call in self.auto.restorations:
                call.cancel()
            if self.auto.warning is not None:
                self.auto.warning.cancel()
        self.auto = None

    def _warn(self, auto: AutoCheckpoint) -> None:
        if self.auto is auto:
            auto.session.tell(
                f'WARNING Please "checkpoint auto confirm" within {_WARNING_MINUTES} minutes, or the running '
                "configuration will be restored."
            )

    def _restore(self, auto: AutoCheckpoint) -> None:
        with self.lock:
            # A call that has begun cannot be cancelled: the change may have been confirmed meanwhile.
            if self.auto is not auto:
                return
            self._forget_auto()
            self.running.replace_with(auto.content)
            self.reverts += 1
            self.on_change()
        auto.session.tell("WARNING: Restoring configuration. Do NOT add any new configuration.")
        auto.session.tell("Restoration successful")

    def pending(self) -> PendingCommit | None:
        """Return the change that waits for its confirmation."""
        with self.lock:
            if self.auto is None:
                return None
            left = min(call.seconds_left() for call in self.auto.restorations)
            return PendingCommit(user=self.auto.session.user, seconds_left=left)

    # The management path.

    def takes_logins(self) -> bool:
        """Return whether an SSH server runs in the VRF of the management interface."""
        with self.lock:
            name = f"ssh server vrf {self._management_vrf()}"
            if self._management_vrf() == "mgmt":
                return not self.running.find(f"no {name}")
            return bool(self.running.find(name))

    def interface(self, name: str) -> Node | None:
        """Return the section of an interface."""
        return self.running.root.child(("interface", *name.split()))

    def _management_vrf(self) -> str:
        if self.spec.management_interface == "mgmt":
            return "mgmt"
        interface = self.interface(self.spec.management_interface)
        attached = interface.find("vrf attach") if interface is not None else ()
        return attached[0].text.split()[-1] if attached else "default"

    def is_addressed(self) -> bool:
        """Return whether the management interface is up and has an address."""
        interface = self.interface(self.spec.management_interface)
        if interface is None or interface.find("shutdown"):
            return False
        kind, _, number = self.spec.management_interface.partition(" ")
        if kind == "vlan" and self.running.root.child(("vlan", number)) is None:
            return False
        return any(interface.find(line) for line in ("ip address", "ip dhcp", "ip static"))


def _boot(spec: TwinSpec, configuration: str, release: str) -> ConfigTree:
    hardware = Hardware(spec.model, release)
    body = configuration.removeprefix("Current configuration:\n")
    tree, refused = ConfigTree.parse(hardware.dialect(boots=True), body)
    if refused:
        first = refused[0]
        raise LabFileError(
            f"twin {spec.name}: {spec.configuration}:{first.number}: AOS-CX refuses "
            f"{first.refusal.line.strip()!r} ({first.refusal.kind}), {len(refused)} line(s) in all; "
            "correct the starting configuration"
        )
    if tree.root.child(("interface", *spec.management_interface.split())) is None:
        raise LabFileError(
            f"twin {spec.name}: {spec.configuration} has no interface {spec.management_interface}, which the "
            "lab file names as the management interface; add it or name another"
        )
    tree.dialect = hardware.dialect(boots=False)
    return tree
