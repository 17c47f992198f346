"""Twins for the tests of this room: real protocols on loopback, and a second door to what they truly hold."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from devices.change_lock import FileChangeLock
from devices.clock import Clock
from devices.clock import SystemClock as DeviceClock
from devices.models import Credential, DeviceTarget, Platform
from lab.aoscx.twin import AOSCXTwin
from lab.clock import ManualClock, SystemClock
from lab.eos.twin import EOSTwin
from lab.fortios.twin import FortiOSTwin
from lab.ios.twin import IOSTwin
from lab.junos.twin import JunosTwin
from lab.models import NeighbourSpec, TwinSpec
from lab.nxos.twin import NXOSTwin
from lab.panos.twin import PANOSTwin
from lab.twin import CertifiedTwin, CommandLineTwin, KnownTwin, Twin, TwinClass, TwinCredential

CONFIGURATIONS = Path(__file__).parent / "configurations"
MANAGEMENT = {
    "ios": "Vlan10",
    "eos": "Management1",
    "junos": "fxp0",
    "fortios": "mgmt",
    "aoscx": "vlan 10",
    "nxos": "mgmt0",
    "panos": "management",
}
UPLINK = {
    "ios": "GigabitEthernet1/0/1",
    "eos": "Ethernet1",
    "junos": "ge-0/0/0",
    "fortios": "port1",
    "aoscx": "1/1/1",
    "nxos": "Ethernet1/1",
    "panos": "ethernet1/2",
}
NEIGHBOUR = {"device": "core-01", "remote_interface": "Ethernet7"}
MODELS = {
    "ios": "C9200L-24T-4X",
    "eos": "DCS-7050TX3-48C8",
    "junos": "SRX345",
    "fortios": "FortiGate-61F",
    "aoscx": "JL668A 6300F",
    "nxos": "Nexus9000 C93180YC-FX3",
    "panos": "PA-3410",
}


class LabTime:
    """The devices' time as the safe change sees it: sleeping moves the lab's clock."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._started = clock.now()

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic_seconds(self) -> float:
        return (self._clock.now() - self._started).total_seconds()

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


@dataclass(frozen=True)
class Bench:
    """One twin, how it is reached, and the time it lives in."""

    twin: Twin
    target: DeviceTarget
    clock: Clock
    lock: FileChangeLock
    by_hand: ManualClock | None

    @contextmanager
    def time_passing_while_unreachable(self, seconds: float) -> Iterator[None]:
        """Let the device's time pass as soon as its management path is cut, however slow this machine is."""
        assert self.by_hand is not None
        done = threading.Event()

        def watch(clock: ManualClock) -> None:
            while not done.wait(0.05):
                if not self.twin.state().management_reachable:
                    clock.advance(seconds)

        watcher = threading.Thread(target=watch, args=(self.by_hand,))
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


class Benches:
    """Starts twins and stops every one of them at the end of the test."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack

    def start(
        self,
        platform: Platform,
        *,
        factor: float | None = None,
        change: tuple[str, str] | None = None,
        neighbours: tuple[NeighbourSpec, ...] | None = None,
        options: dict[str, Any] | None = None,
    ) -> Bench:
        """Start a twin.

        Args:
            platform: its platform.
            factor: real time, that many times faster; without it time moves only when the change sleeps.
            change: text in its starting configuration to replace, and by what.
            neighbours: whom it hears over LLDP; without them the core switch on its uplink.
            options: what its class takes beside what every twin takes.

        """
        manual = ManualClock(datetime(2026, 3, 1, 22, 0, tzinfo=UTC))
        token = secrets.token_hex(4)
        credential = TwinCredential(f"samdrift-{token}", secrets.token_urlsafe(12))
        folder = self._folder / token
        folder.mkdir()
        spec = TwinSpec(
            name=f"{platform}-{token}",
            platform=platform,
            model=MODELS[platform],
            configuration=f"{platform}.cfg",
            management_interface=MANAGEMENT[platform],
            neighbours=(core_on(platform),) if neighbours is None else neighbours,
            clock_factor=factor or 1.0,
        )
        text = (
            (CONFIGURATIONS / f"{platform}.cfg").read_text(encoding="utf-8").replace(*(change or ("\0", "")))
        )
        clock = manual if factor is None else SystemClock()
        make: Callable[..., Twin] = TWINS[platform]
        twin = make(spec, text, credential, folder, clock, **(options or {}))
        twin.start()
        self._stack.callback(twin.stop)
        target = DeviceTarget(
            device=spec.name,
            platform=platform,
            address="127.0.0.1",
            port=twin.port,
            credential=Credential(username=credential.username, password=SecretStr(credential.password)),
            timeout_seconds=10.0,
            ca_file=ca_file_of(twin),
            host_key=host_key_of(twin),
            ssh_port=twin.ssh_port if isinstance(twin, CommandLineTwin) else None,
        )
        time = LabTime(manual) if factor is None else DeviceClock()
        return Bench(
            twin,
            target,
            time,
            FileChangeLock(self._folder / "locks"),
            by_hand=manual if factor is None else None,
        )


TWINS: dict[Platform, TwinClass] = {
    "ios": IOSTwin,
    "eos": EOSTwin,
    "junos": JunosTwin,
    "fortios": FortiOSTwin,
    "aoscx": AOSCXTwin,
    "nxos": NXOSTwin,
    "panos": PANOSTwin,
}


def core_on(platform: Platform) -> NeighbourSpec:
    return NeighbourSpec(local_interface=UPLINK[platform], device="core-01", remote_interface="Ethernet7")


def ca_file_of(twin: Twin) -> str | None:
    return str(twin.ca_file) if isinstance(twin, CertifiedTwin) else None


def host_key_of(twin: Twin) -> str | None:
    return twin.host_key if isinstance(twin, KnownTwin) else None


@pytest.fixture
def benches(tmp_path: Path) -> Iterator[Benches]:
    with ExitStack() as stack:
        yield Benches(tmp_path, stack)
