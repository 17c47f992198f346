"""What the tests of the IOS twin share: twins and NAPALM drivers that are always closed."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import napalm
import pytest

from lab.clock import ManualClock
from lab.ios.twin import IOSTwin
from lab.models import NeighbourSpec, TwinSpec
from lab.twin import Clock, TwinCredential

IOS_CONFIGURATION = """version 17.9
service timestamps log datetime msec
hostname sw-acc1
no aaa new-model
archive
 path flash:archive
 maximum 14
vtp mode transparent
lldp run
vlan 99
 name mgmt
interface GigabitEthernet1/0/1
 description core
 switchport mode trunk
interface GigabitEthernet1/0/2
 switchport access vlan 99
 switchport mode access
interface GigabitEthernet1/0/3
interface Vlan99
 ip address 10.0.0.2 255.255.255.0
ip http server
ip ssh version 2
ip scp server enable
snmp-server community public RO
line con 0
line vty 0 4
 transport input telnet ssh
line vty 5 15
end
"""

MakeIOSTwin = Callable[..., IOSTwin]
OpenDriver = Callable[..., Any]


@pytest.fixture
def manual_clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))


@pytest.fixture
def ios_credential() -> TwinCredential:
    return TwinCredential("samdrift", secrets.token_urlsafe(12))


@pytest.fixture
def make_ios_twin(
    manual_clock: ManualClock, ios_credential: TwinCredential, tmp_path: Path
) -> Iterator[MakeIOSTwin]:
    twins: list[IOSTwin] = []

    def make(
        configuration: str = IOS_CONFIGURATION, *, name: str = "sw-acc1", clock: Clock = manual_clock
    ) -> IOSTwin:
        spec = TwinSpec(
            name=name,
            platform="ios",
            model="C9200L-24T-4X",
            configuration=f"{name}.cfg",
            management_interface="Vlan99",
            neighbours=(
                NeighbourSpec(
                    local_interface="GigabitEthernet1/0/1", device="core1", remote_interface="Ethernet3"
                ),
            ),
        )
        twin = IOSTwin(spec, configuration, ios_credential, tmp_path, clock)
        twins.append(twin)
        twin.start()
        return twin

    yield make
    for twin in twins:
        twin.stop()


@pytest.fixture
def ios_twin(make_ios_twin: MakeIOSTwin) -> IOSTwin:
    return make_ios_twin()


@pytest.fixture
def open_ios_driver(ios_credential: TwinCredential) -> Iterator[OpenDriver]:
    drivers: list[Any] = []

    def open_driver(twin: IOSTwin, *, password: str = ios_credential.password, **optional: object) -> Any:
        driver = napalm.get_network_driver("ios")(
            "127.0.0.1",
            ios_credential.username,
            password,
            timeout=10,
            optional_args={"port": twin.port, **optional},
        )
        drivers.append(driver)
        driver.open()
        return driver

    yield open_driver
    for driver in drivers:
        if driver.device is not None and driver.device.remote_conn is not None:
            driver.device.paramiko_cleanup()
