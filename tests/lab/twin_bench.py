"""A twin of any platform with the real NAPALM drivers that are connected to it; all of it is closed again."""

import secrets
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from napalm import get_network_driver

from lab.models import NeighbourSpec, TwinSpec
from lab.platforms import twin_class
from lab.twin import CertifiedTwin, Clock, Twin, TwinCredential

CONFIGURATIONS = Path(__file__).parent / "configurations"
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
USER = "samdrift"

IOS = TwinSpec(
    name="sw-acc1",
    platform="ios",
    model="C9200L-24T-4X",
    configuration="ios.cfg",
    management_interface="Vlan99",
    neighbours=(
        NeighbourSpec(local_interface="GigabitEthernet1/0/1", device="core1", remote_interface="Ethernet3"),
    ),
)
EOS = TwinSpec(
    name="core1",
    platform="eos",
    model="vEOS",
    configuration="eos.cfg",
    management_interface="Management1",
    neighbours=(NeighbourSpec(local_interface="Ethernet1", device="fw1", remote_interface="ge-0/0/0"),),
)
JUNOS = TwinSpec(
    name="fw1",
    platform="junos",
    model="SRX300",
    configuration="junos.conf",
    management_interface="fxp0",
    neighbours=(NeighbourSpec(local_interface="ge-0/0/0", device="edge1", remote_interface="Gi1/0/1"),),
)
FORTIOS = TwinSpec(
    name="fg-edge1",
    platform="fortios",
    model="FortiGate-61F",
    configuration="fortios.conf",
    management_interface="mgmt",
    neighbours=(NeighbourSpec(local_interface="port1", device="core1", remote_interface="Ethernet9"),),
)
NAPALM_NAMES = {"fortios": "fortigate"}


def starting_text(spec: TwinSpec, *, release: str = "4.32.2F") -> str:
    """Return the configuration that a twin starts with; on EOS its header names model and release."""
    text = (CONFIGURATIONS / spec.configuration).read_text()
    if spec.platform != "eos":
        return text
    return f"! Command: show running-config\n! device: core1 (DCS-7050SX3-48YC8, EOS-{release})\n!\n{text}"


@dataclass
class TwinBench:
    """A started twin, the login it accepts and the drivers that were made for it."""

    twin: Any
    credential: TwinCredential
    drivers: list[Any]

    def new_driver(self, *, password: str | None = None, timeout: float = 10, **optional: object) -> Any:
        """Return a driver that is not connected yet."""
        options: dict[str, object] = {"port": self.twin.port, **optional}
        if self.platform == "fortios":
            options.setdefault("ssl_verify", str(self.twin.ca_file))
        elif isinstance(self.twin, CertifiedTwin):
            options.setdefault("context", ssl.create_default_context(cafile=str(self.twin.ca_file)))
        driver = get_network_driver(NAPALM_NAMES.get(self.platform, self.platform))(
            "127.0.0.1",
            self.credential.username,
            self.credential.password if password is None else password,
            timeout=timeout,
            optional_args=options,
        )
        self.drivers.append(driver)
        return driver

    def connect(self, **options: Any) -> Any:
        """Return a connected driver."""
        driver = self.new_driver(**options)
        driver.open()
        return driver

    @property
    def platform(self) -> str:
        """Return the twin's platform."""
        return str(self.twin.state().platform)

    def leave(self, driver: Any) -> None:
        """End a driver's connection, if it has one, without taking anything back on the device."""
        if self.platform == "ios":
            if driver.device is not None and driver.device.remote_conn is not None:
                driver.device.paramiko_cleanup()
        elif self.platform == "fortios":
            driver.close()
        elif self.platform == "eos":
            # NAPALM closes a driver when it is collected and would abort its session then.
            driver.config_session = None
        elif driver.device is not None and driver.device.connected:
            driver.device.close()


@contextmanager
def twin_bench(
    spec: TwinSpec,
    folder: Path,
    clock: Clock,
    *,
    text: str | None = None,
    options: dict[str, Any] | None = None,
) -> Iterator[TwinBench]:
    """Start a twin and stop it again, with everybody who is connected to it."""
    credential = TwinCredential(USER, secrets.token_urlsafe(12))
    make: Callable[..., Twin] = twin_class(spec.platform)
    configuration = starting_text(spec) if text is None else text
    twin = make(spec, configuration, credential, folder, clock, **(options or {}))
    twin.start()
    bench = TwinBench(twin, credential, [])
    try:
        yield bench
    finally:
        try:
            for driver in bench.drivers:
                bench.leave(driver)
        finally:
            twin.stop()


def wait_until(condition: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Wait for something that happens in another thread."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_refused(port: int) -> bool:
    """Return whether nobody listens on a loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except ConnectionRefusedError:
        return True
    return False
