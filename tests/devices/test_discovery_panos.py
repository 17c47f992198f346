"""What proves a Palo Alto firewall before a password is sent, and what its lines say of its interfaces."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from devices.discovery.evidence import Door, Evidence, announced_platform, gather_evidence, proven_platform
from devices.discovery.own_interfaces import own_interfaces

if TYPE_CHECKING:
    from tests.devices.conftest import Benches

ANNOUNCED = "Palo Alto Networks PA-3410 series firewall, PAN-OS 11.1.4"


@pytest.mark.parametrize(
    ("descriptions", "refuses", "proven"),
    [
        ((ANNOUNCED,), True, "panos"),
        ((ANNOUNCED,), False, None),
        ((), True, None),
        (("Ubuntu 24.04 nginx",), True, None),
        ((ANNOUNCED, "Arista Networks EOS version 4.32"), True, None),
    ],
)
def test_a_firewall_is_logged_in_to_when_it_is_announced_and_refuses_as_one(
    *, descriptions: tuple[str, ...], refuses: bool, proven: str | None
) -> None:
    evidence = Evidence(ssh="SSH-2.0-OpenSSH_8.0", answers_https=True, refuses_panos_api=refuses)
    assert proven_platform(evidence, announced_platform(descriptions)) == proven


def test_a_firewall_shows_that_it_refuses_and_a_fortigate_shows_otherwise(benches: Benches) -> None:
    shown = []
    for platform in ("panos", "fortios"):
        port = benches.start(platform).target.port

        def doors(_address: IPv4Address, wanted: int, port: int = port) -> Door | None:
            return Door(address="127.0.0.1", port=port) if wanted == 443 else None

        evidence = gather_evidence(IPv4Address("10.0.0.1"), doors, seconds=5.0)
        shown.append((evidence.refuses_panos_api, evidence.refuses_fortios_api))
    assert shown == [(True, False), (False, True)]


def test_units_belong_to_their_port_and_the_management_port_is_told(benches: Benches) -> None:
    running = benches.start("panos").twin.state().running
    found = own_interfaces("panos", running, ("ethernet1/1", "ethernet1/2"), device="fw-01")
    told = {
        one.name: (one.mode, one.trunk_vlans, tuple(str(address) for address in one.addresses))
        for one in found
    }
    assert told == {
        "ethernet1/1": ("routed", None, ("198.51.100.2/30",)),
        "ethernet1/2": ("trunk", "10,20", ("10.70.20.1/24", "10.70.30.1/24")),
        "ethernet1/3": ("other", None, ()),
        "management": ("routed", None, ("10.70.10.51/24",)),
    }
