"""Every platform is identified over its real protocol, and says what it is, has and hears."""

from ipaddress import IPv4Address
from typing import Any

import pytest
from pydantic import SecretStr

from devices.discovery.identify import DeviceIdentifier, Login, ReachedAt
from devices.discovery.login_budget import LoginBudget
from devices.discovery.models import Answer, IdentifiedDevice, NotReached, Visit
from devices.models import Credential, Platform
from lab.models import Fault
from tests.devices.conftest import MODELS, UPLINK, Bench, Benches

HERE = IPv4Address("10.0.0.1")
PORTS: dict[Platform, int] = {
    "ios": 22,
    "eos": 443,
    "junos": 830,
    "fortios": 443,
    "aoscx": 22,
    "panos": 443,
    "nxos": 22,
}
DESCRIPTIONS: dict[Platform, tuple[str, ...]] = {
    "fortios": ("FortiGate-61F v7.4.8",),
    "aoscx": ("Aruba JL668A FL.10.13.1000",),
    "nxos": ("Cisco Nexus Operating System (NX-OS) Software 10.3(9)",),
    "panos": ("Palo Alto Networks PA-3410 PAN-OS 11.1.4",),
}
OWN: dict[Platform, tuple[str, str, str]] = {
    "ios": ("acc-01", "Vlan10", "10.70.10.31/24"),
    "eos": ("core-01", "Management1", "10.70.10.21/24"),
    "junos": ("fw-01", "fxp0", "198.51.100.10/24"),
    "fortios": ("fw-01", "mgmt", "198.51.100.20/24"),
    "aoscx": ("sw-cx-01", "vlan10", "10.70.10.31/24"),
    "nxos": ("dc-sw1", "mgmt0", "198.51.100.20/24"),
    "panos": ("fw-town-01", "management", "10.70.10.51/24"),
}


def identify(bench: Bench, platform: Platform, *, logins: tuple[Login, ...] | None = None) -> Answer:
    def reach(_address: IPv4Address, port: int) -> ReachedAt | None:
        if port != PORTS[platform]:
            return None
        target = bench.target
        usual = (Login("env:TWIN", target.credential),)
        return ReachedAt(
            target.address, target.port, usual if logins is None else logins, target.ca_file, target.host_key
        )

    identifier = DeviceIdentifier(reach, LoginBudget(3), look_seconds=10, timeout_seconds=20)
    return identifier.identify(Visit(address=HERE, descriptions=DESCRIPTIONS.get(platform, ())))


@pytest.mark.parametrize("platform", list(PORTS))
def test_a_twin_is_identified_with_what_it_is_has_and_hears(benches: Benches, platform: Platform) -> None:
    answer = identify(benches.start(platform), platform)
    assert isinstance(answer, IdentifiedDevice), answer
    host, interface, address = OWN[platform]
    own = {one.name: [str(a) for a in one.addresses] for one in answer.interfaces if one.addresses}
    heard = [(one.local_interface, one.system_name, one.remote_interface) for one in answer.neighbours]
    told: dict[str, Any] = {
        "host": answer.host_name,
        "platform": answer.platform,
        "model": answer.model,
        "own": own[interface],
        "neighbours": heard,
        "opened by": answer.opened_by,
        "gaps": answer.gaps,
        "numbered": bool(answer.serial_number and answer.software_version),
    }
    assert told == {
        "host": host,
        "platform": platform,
        # What FortiOS calls its model is the order code; a mapping may translate it.
        "model": "FGT61F" if platform == "fortios" else MODELS[platform],
        "own": [address],
        "neighbours": [(UPLINK[platform], "core-01", "Ethernet7")],
        "opened by": "env:TWIN",
        "gaps": (),
        "numbered": True,
    }


@pytest.mark.parametrize("platform", list(PORTS))
def test_a_refused_login_is_told_without_the_password(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    bench.twin.switch_fault(Fault(name="refuse-login", times=None))
    answer = identify(bench, platform)
    assert isinstance(answer, NotReached)
    assert (answer.kind, "env:TWIN" in answer.reason) == ("login-refused", True)
    assert bench.target.credential.password.get_secret_value() not in answer.reason


@pytest.mark.parametrize("platform", ["ios", "junos", "aoscx"])
def test_a_password_is_sent_once(benches: Benches, platform: Platform) -> None:
    """The twin refuses one attempt: a second one would be let in."""
    bench = benches.start(platform)
    bench.twin.switch_fault(Fault(name="refuse-login", times=1))
    answer = identify(bench, platform)
    assert isinstance(answer, NotReached)
    assert answer.kind == "login-refused"


def test_the_second_credential_is_tried_where_the_first_is_refused(benches: Benches) -> None:
    bench = benches.start("ios")
    wrong = Credential(username=bench.target.credential.username, password=SecretStr("not-it"))
    logins = (Login("env:WRONG", wrong), Login("env:TWIN", bench.target.credential))
    answer = identify(bench, "ios", logins=logins)
    assert isinstance(answer, IdentifiedDevice)
    assert answer.opened_by == "env:TWIN"
