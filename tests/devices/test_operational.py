"""Operational outputs as typed rows: of the twins, and of real devices where they were recorded."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devices.errors import UnexpectedAnswer
from devices.operational import (
    DeviceClock,
    MirrorSession,
    MirrorSource,
    Operational,
    PortStatus,
    SNMPUser,
    VLANStatus,
    read_operational,
)
from devices.service import collect_evidence

if TYPE_CHECKING:
    from devices.models import Platform
    from tests.devices.conftest import Benches

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
SESSIONS = sorted((CORPORA / "genie" / "iosxe" / "ShowMonitor").rglob("*_output.txt"))
# What was recorded and is no local mirror of ports has no source ports or no destination ports.
DIRECTIONS = {"rx_only": "rx", "tx_only": "tx", "both": "both"}


def operation_of(benches: Benches, platform: Platform, **options: tuple[str, str]) -> Operational:
    bench = benches.start(platform, change=options.get("change"))
    return read_operational("sw-01", platform, collect_evidence(bench.target).shown)


def mirror(name: str, source: tuple[str, str], destination: str, *, is_on: bool | None) -> MirrorSession:
    interface, direction = source
    return MirrorSession(
        name=name,
        is_on=is_on,
        sources=(MirrorSource(interface=interface, direction=direction),),
        destinations=(destination,),
    )


def test_ios_operation_is_read(benches: Benches) -> None:
    line = "ip scp server enable\n"
    more = (
        "snmp-server group NMS v3 priv\nsnmp-server user drift NMS v3 auth sha x priv aes 256 y\n"
        "snmp-server user weak NMS v3 auth md5 x\n"
        "monitor session 1 source interface GigabitEthernet1/0/1 rx\n"
        "monitor session 1 destination interface GigabitEthernet1/0/2\n"
    )
    found = operation_of(benches, "ios", change=(line, line + more))
    assert found.ports == (
        PortStatus(interface="Gi1/0/1", status="connected", vlan="10"),
        PortStatus(interface="Gi1/0/2", status="notconnect", vlan="1"),
    )
    assert found.vlans == (
        VLANStatus(number=1, name="default", status="active"),
        VLANStatus(number=10, name="management", status="active"),
    )
    assert found.mirrors == (mirror("1", ("Gi1/0/1", "rx"), "Gi1/0/2", is_on=None),)
    assert found.clock == DeviceClock(time="Sun Mar 1 22:00:00.000 2026", zone="UTC")
    assert [(one.line, one.location) for one in found.logins or ()] == [("1 vty 0", "127.0.0.1")]
    assert found.snmp_users == (
        SNMPUser(name="drift", group="NMS", authentication="SHA", privacy="AES256"),
        SNMPUser(name="weak", group="NMS", authentication="MD5", privacy=""),
    )


def test_eos_operation_is_read(benches: Benches) -> None:
    line = "no ip routing\n"
    more = (
        "snmp-server user drift NMS v3 auth sha x priv aes y\n"
        "monitor session tap source Ethernet1 both\nmonitor session tap destination Ethernet1\n"
    )
    found = operation_of(benches, "eos", change=(line, more + line))
    assert found.ports == (
        PortStatus(interface="Et1", status="connected", vlan="1", description="fw-01"),
        PortStatus(interface="Ma1", status="connected", vlan="routed"),
    )
    assert found.vlans == (VLANStatus(number=1, name="default", status="active"),)
    assert found.mirrors == (mirror("tap", ("Et1", "both"), "Et1", is_on=None),)
    assert found.clock == DeviceClock(time="Sun Mar 1 22:00:00 2026", zone="UTC")
    assert found.snmp_users == (SNMPUser(name="drift", group="NMS", authentication="SHA", privacy="AES-128"),)


def test_aoscx_operation_is_read(benches: Benches) -> None:
    line = "interface vlan 10\n"
    more = "mirror session 1\n    enable\n    source interface 1/1/1 both\n    destination interface 1/1/3\n"
    found = operation_of(benches, "aoscx", change=(line, line))
    assert found.ports == (
        PortStatus(interface="1/1/1", status="up", vlan="trunk", description="core-01"),
        PortStatus(interface="1/1/2", status="down", vlan="20"),
        PortStatus(interface="1/1/3", status="down", vlan="1"),
    )
    assert [one.number for one in found.vlans or ()] == [1, 10, 20, 30]
    assert (found.mirrors, found.snmp_users, found.logins) == ((), None, None)
    assert found.clock == DeviceClock(time="Sun Mar 1 22:00:00 2026", zone="UTC")
    bench = benches.start("aoscx")
    bench.twin.console(tuple(more.splitlines()))
    mirrors = read_operational("sw-01", "aoscx", collect_evidence(bench.target).shown).mirrors
    assert mirrors == (mirror("1", ("1/1/1", "both"), "1/1/3", is_on=True),)


def test_junos_operation_is_read(benches: Benches) -> None:
    bench = benches.start("junos")
    shown = collect_evidence(bench.target).shown
    assert read_operational("fw-01", "junos", shown) == Operational(
        mirrors=(), clock=DeviceClock(time="2026-03-01 22:00:00", zone="UTC")
    )
    recorded = (
        "  Analyzer name                    : SPAN-TAP\n  Mirror rate                      : 1\n"
        "  State                            : up\n  Ingress monitored interfaces     : ge-0/0/4.0\n"
        "  Output interface                 : ge-0/1/1.0\n"
    )
    assert read_operational("sw", "junos", {"show forwarding-options analyzer": recorded}).mirrors == (
        mirror("SPAN-TAP", ("ge-0/0/4.0", "rx"), "ge-0/1/1.0", is_on=True),
    )


def test_nxos_operation_is_read(benches: Benches) -> None:
    found = operation_of(benches, "nxos")
    assert [(one.interface, one.status, one.vlan) for one in found.ports or () if "Eth" in one.interface] == [
        ("Eth1/1", "connected", "trunk"),
        ("Eth1/2", "notconnec", "20"),
        ("Eth1/3", "disabled", "1"),
        ("Eth1/4", "notconnec", "routed"),
    ]
    assert [(one.number, one.name) for one in found.vlans or ()] == [
        (1, "default"),
        (20, "Users"),
        (30, "VLAN0030"),
    ]
    assert (found.clock, found.mirrors) == (
        DeviceClock(time="Sun Mar 01 22:00:00.000 2026", zone="UTC"),
        None,
    )


def test_what_was_not_collected_is_not_an_empty_table() -> None:
    assert read_operational("sw-01", "ios", {}) == Operational()
    assert read_operational("sw-01", "ios", {"show snmp user": ""}).snmp_users == ()
    assert read_operational("fw-01", "fortios", {"show clock": "x"}) == Operational()


@pytest.mark.parametrize(
    ("platform", "command", "text"),
    [
        ("ios", "show interfaces status", "Port is a place where ships lie\n"),
        ("ios", "show clock", "half past nine\n"),
        ("ios", "show snmp user", "User name: x\nsomething else\n"),
        ("ios", "show monitor session all", "% something went wrong\n"),
        ("eos", "show vlan", "no table\n"),
        ("junos", "show system uptime", "yesterday\n"),
        ("aoscx", "show clock", "noon\n"),
    ],
)
def test_an_output_in_another_form_is_an_error_and_no_empty_table(
    platform: Platform, command: str, text: str
) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"answer to '{command}'"):
        read_operational("sw-01", platform, {command: text})


@pytest.mark.corpora
@pytest.mark.skipif(not SESSIONS, reason="the recorded device data is not there")
@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_recorded_mirror_sessions_are_read(path: Path) -> None:
    source = path.with_name(path.name.replace("_output.txt", "_expected.py")).read_text()
    expected = ast.literal_eval(source.partition("=")[2].strip())["session"]
    found = read_operational("r1", "ios", {"show monitor session all": path.read_text()}).mirrors or ()
    told: dict[str, tuple[set[tuple[str, str]], set[str]]] = {}
    for session in found:
        sources = {(one.interface, one.direction) for one in session.sources}
        told.setdefault(session.name, (set(), set()))[0].update(sources)
        told[session.name][1].update(session.destinations)
    assert told == {
        name: (
            {
                (port.strip(), DIRECTIONS[direction])
                for part in ("source_ports", "source_subinterfaces")
                for direction, ports in row.get(part, {}).items()
                for port in ports.split(",")
                if port.lower() != "none"
            },
            {port.strip() for port in row.get("destination_ports", "").split(",") if port},
        )
        for name, row in expected.items()
    }
