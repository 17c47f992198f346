"""Who is logged in to, how often, and what is read: evidence, the budget of logins, neighbour tables."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Network

import pytest

from devices.discovery.discover import discover
from devices.discovery.evidence import (
    HTTPS_PORT,
    NETCONF_PORT,
    SSH_PORT,
    Door,
    Evidence,
    announced_platform,
    gather_evidence,
    proven_platform,
)
from devices.discovery.login_budget import LoginBudget
from devices.discovery.models import Announcement, Answer, CrawlLimits, IdentifiedDevice, NotReached, Visit
from devices.discovery.readers.tables import aoscx_lldp, ios_cdp, ios_lldp, refusal_of
from devices.models import Platform
from inventory.address_endpoints import AddressEndpoint, AddressEndpoints
from inventory.endpoints import AddressOverlay, EndpointOverlay
from tests.devices.conftest import Bench, Benches

HERE = IPv4Address("10.0.0.1")
LIMITS = CrawlLimits(within=(IPv4Network("10.0.0.0/24"),))
PORTS: dict[Platform, int] = {
    "ios": SSH_PORT,
    "eos": HTTPS_PORT,
    "junos": NETCONF_PORT,
    "fortios": HTTPS_PORT,
    "aoscx": SSH_PORT,
    "nxos": SSH_PORT,
}


def look(bench: Bench, port: int) -> Evidence:
    """Look at a twin as if it stood at a port of an address."""

    def doors(_address: IPv4Address, asked: int) -> Door | None:
        return Door(address="127.0.0.1", port=bench.twin.port) if asked == port else None

    return gather_evidence(HERE, doors, seconds=10)


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_a_device_proves_its_platform_before_anybody_logs_in(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    assert proven_platform(look(bench, PORTS[platform]), None) == platform
    assert bench.target.credential.username not in "".join(bench.twin.transcript())


@pytest.mark.parametrize(
    ("platform", "description"),
    [
        ("fortios", "FortiGate-61F v7.4.8"),
        ("aoscx", "Aruba JL668A FL.10.13.1000"),
        ("nxos", "Cisco Nexus Operating System (NX-OS) Software 10.3(9)"),
    ],
)
def test_what_others_may_show_too_has_to_be_announced(
    benches: Benches, platform: Platform, description: str
) -> None:
    evidence = look(benches.start(platform), PORTS[platform])
    assert proven_platform(evidence, None) is None
    assert proven_platform(evidence, announced_platform((description,))) == platform


@pytest.mark.parametrize(
    ("evidence", "announced"),
    [
        (Evidence(ssh="SSH-2.0-OpenSSH_9.2p1 Debian-2"), None),
        (Evidence(ssh="SSH-2.0-dropbear_2022.83"), "ios"),
        (Evidence(ssh="SSH-2.0-OpenSSH_9.2"), "junos"),
        (Evidence(answers_https=True), "fortios"),
        (Evidence(answers_https=True), "eos"),
        (Evidence(ssh="SSH-2.0-Cisco-1.25"), "asa"),
        (Evidence(netconf="SSH-2.0-OpenSSH_8.3"), "nxos"),
        (Evidence(ssh="SSH-2.0-OpenSSH_8.3", netconf="SSH-2.0-OpenSSH_8.3"), "iosxr"),
        (Evidence(netconf=""), None),
        (Evidence(), "ios"),
    ],
)
def test_nothing_else_is_logged_in_to(evidence: Evidence, announced: str | None) -> None:
    assert proven_platform(evidence, announced) is None


def test_what_a_device_shows_counts_more_than_what_a_neighbour_says() -> None:
    shown = Evidence(ssh="SSH-2.0-Cisco-1.25", netconf="SSH-2.0-Cisco-1.25")
    assert proven_platform(shown, "eos") == "ios"
    assert announced_platform(("Arista Networks EOS version 4.29", "Juniper Networks, Inc. srx345")) is None


@contextmanager
def mute_server(greeting: bytes) -> Iterator[int]:
    """A server that says something and then nothing, and keeps the connection."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                kept.append(connection)
                connection.sendall(greeting)

        server = threading.Thread(target=serve)
        server.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        server.join()
    for connection in kept:
        connection.close()


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-never-ends", b"\x00" * 5000])
def test_a_port_that_says_nothing_sensible_holds_nobody(greeting: bytes) -> None:
    with mute_server(greeting) as port:
        found = gather_evidence(
            HERE, lambda _address, _port: Door(address="127.0.0.1", port=port), seconds=0.3
        )
    assert found == Evidence(ssh="", netconf="")


def test_a_credential_that_was_refused_too_often_is_not_tried_any_more() -> None:
    budget = LoginBudget(2)
    for _ in range(2):
        assert budget.begin("env:A")
        budget.end("env:A", refused=True)
    assert not budget.begin("env:A")
    assert budget.begin("env:B")
    assert budget.tried() == {"env:A": 2, "env:B": 1}


def test_many_at_once_are_never_refused_more_often_than_allowed() -> None:
    budget, refused = LoginBudget(3), []

    def log_in() -> None:
        if budget.begin("env:A"):
            refused.append(1)
            budget.end("env:A", refused=True)

    threads = [threading.Thread(target=log_in) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(refused) == 3


class Told:
    """Answers from a table, as an identifier that reaches no device; for what goes on around it."""

    def __init__(self, answers: dict[IPv4Address, Answer | BaseException]) -> None:
        self.answers = answers
        self.visited: list[IPv4Address] = []

    def identify(self, visit: Visit) -> Answer:
        self.visited.append(visit.address)
        answer = self.answers[visit.address]
        if isinstance(answer, BaseException):
            raise answer
        return answer


def switch(name: str, *neighbours: str) -> IdentifiedDevice:
    return IdentifiedDevice(
        host_name=name,
        platform="eos",
        model="DCS-7050",
        neighbours=tuple(
            Announcement(
                local_interface="Ethernet1", protocol="lldp", management_addresses=(IPv4Address(one),)
            )
            for one in neighbours
        ),
    )


def test_a_surprise_of_one_device_does_not_lose_what_the_others_told() -> None:
    told = Told({HERE: switch("a", "10.0.0.2"), IPv4Address("10.0.0.2"): TypeError("a bug")})
    found = discover(told, (HERE,), LIMITS)
    assert [one.said.host_name for one in found.devices] == ["a"]
    assert [(one.kind, one.reason) for one in found.not_reached] == [
        ("failed", "an answer of it could not be understood (TypeError)")
    ]


def test_a_stopped_run_keeps_what_was_found() -> None:
    told = Told({HERE: switch("a", "10.0.0.2"), IPv4Address("10.0.0.2"): switch("b")})

    def stop(what: str, _done: int, _total: int) -> None:
        if what.startswith("round 1"):
            raise KeyboardInterrupt

    found = discover(told, (HERE,), LIMITS, report=stop)
    assert [one.said.host_name for one in found.devices] == ["a"]
    assert [(one.addresses, one.kind) for one in found.not_reached] == [
        ((IPv4Address("10.0.0.2"),), "interrupted")
    ]
    assert told.visited == [HERE]


def test_not_reached_tells_why() -> None:
    told = Told({HERE: NotReached(kind="silent", reason="nothing answers")})
    assert [one.reason for one in discover(told, (HERE,), LIMITS).not_reached] == ["nothing answers"]


LLDP = """\
------------------------------------------------
Local Intf: Te1/1/1
Chassis id: 001c.7300.1122
Port id: Ethernet3
Port Description: uplink of acc1
System Name: core1.town.example

System Description:
Arista Networks EOS version 4.29.2F running on an Arista Networks DCS-7050TX3-48C8
% not a refusal

Time remaining: 96 seconds
System Capabilities: B,R
Enabled Capabilities: B,R
Management Addresses:
    IP: 10.70.10.21
Auto Negotiation - not supported
Physical media capabilities - not advertised
Media Attachment Unit type - not advertised
Vlan ID: - not advertised

------------------------------------------------
Local Intf: Gi1/0/3
Chassis id: 10.70.20.5
Port id: 00A1B2C3D4E5
Port Description: SW Port
System Name - not advertised

System Description - not advertised

Time remaining: 150 seconds
System Capabilities: B,T
Enabled Capabilities: B,T
Management Addresses - not advertised
Auto Negotiation - supported, enabled
Physical media capabilities:
    1000baseT(FD)
Media Attachment Unit type - not advertised
Vlan ID: - not advertised


Total entries displayed: 2
"""


def test_lldp_of_ios_is_read_with_addresses_and_capabilities() -> None:
    heard, gaps = ios_lldp(LLDP)
    assert gaps == ()
    assert heard == (
        Announcement(
            local_interface="TenGigabitEthernet1/1/1",
            protocol="lldp",
            system_name="core1.town.example",
            remote_interface="Ethernet3",
            remote_interface_description="uplink of acc1",
            chassis_id="001c.7300.1122",
            management_addresses=(IPv4Address("10.70.10.21"),),
            capabilities=frozenset({"bridge", "router"}),
            description="Arista Networks EOS version 4.29.2F running on an Arista Networks DCS-7050TX3-48C8",
        ),
        Announcement(
            local_interface="GigabitEthernet1/0/3",
            protocol="lldp",
            remote_interface="00A1B2C3D4E5",
            remote_interface_description="SW Port",
            chassis_id="10.70.20.5",
            capabilities=frozenset({"bridge", "telephone"}),
        ),
    )


def test_a_table_that_is_shorter_than_it_says_is_told() -> None:
    _, gaps = ios_lldp(LLDP.replace("displayed: 2", "displayed: 3"))
    assert gaps == ("it counts 3 LLDP neighbours and 2 of them could be read; look by hand",)


def test_only_the_beginning_of_an_answer_can_be_a_refusal() -> None:
    assert refusal_of(LLDP) is None
    assert refusal_of("\n% LLDP is not enabled\n") == "LLDP is not enabled"


def test_cdp_of_ios_is_read() -> None:
    heard, gaps = ios_cdp(
        "-------------------------\n"
        "Device ID: acc7.town.example\n"
        "Entry address(es): \n"
        "  IP address: 10.70.10.37\n"
        "Platform: cisco WS-C2960X-24TS-L,  Capabilities: Switch IGMP \n"
        "Interface: GigabitEthernet1/0/23,  Port ID (outgoing port): GigabitEthernet1/0/24\n"
        "Holdtime : 139 sec\n\n"
        "Version :\n"
        "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E9\n\n"
        "advertisement version: 2\n"
        "Management address(es): \n"
        "  IP address: 10.70.10.37\n\n\n"
        "Total cdp entries displayed : 1\n"
    )
    assert gaps == ()
    assert heard == (
        Announcement(
            local_interface="GigabitEthernet1/0/23",
            protocol="cdp",
            system_name="acc7.town.example",
            remote_interface="GigabitEthernet1/0/24",
            management_addresses=(IPv4Address("10.70.10.37"),),
            capabilities=frozenset({"bridge"}),
            description="cisco WS-C2960X-24TS-L Cisco IOS Software, C2960X Software "
            "(C2960X-UNIVERSALK9-M), Version 15.2(7)E9",
        ),
    )


def test_lldp_of_aoscx_is_read() -> None:
    heard, gaps = aoscx_lldp(
        "LLDP Neighbor Information \n"
        "=========================\n"
        "Total Neighbor Entries          : 1\n"
        "Total Neighbor Entries Deleted  : 0\n"
        "--------------------------------------------------------------------------------\n"
        "Port                           : 1/1/28\n"
        "Neighbor Entries               : 1\n"
        "Neighbor Chassis-Name          : core1\n"
        "Neighbor Chassis-Description   : Aruba JL635A  GL.10.13.1000\n"
        "Neighbor Chassis-ID            : 02:00:5e:00:00:01\n"
        "Neighbor Management-Address    : 10.70.10.21\n"
        "Chassis Capabilities Available : Bridge, Router\n"
        "Chassis Capabilities Enabled   : Bridge, Router\n"
        "Neighbor Port-ID               : 1/1/1\n"
        "Neighbor Port-Desc             : 1/1/1\n"
        "TTL                            : 120\n"
    )
    assert gaps == ()
    assert [
        (
            one.local_interface,
            one.system_name,
            one.remote_interface,
            one.management_addresses,
            one.capabilities,
        )
        for one in heard
    ] == [("1/1/28", "core1", "1/1/1", (IPv4Address("10.70.10.21"),), frozenset({"bridge", "router"}))]


def test_a_rehearsal_reaches_no_address_that_its_endpoints_do_not_list() -> None:
    listed = AddressOverlay(address="127.0.0.1", port=40022, credential="env:LAB")
    rehearsal = AddressEndpoints(EndpointOverlay(addresses={"10.0.0.1:22": listed}))
    assert rehearsal.reach(HERE, 22) == AddressEndpoint(address="127.0.0.1", port=40022, credential="env:LAB")
    assert rehearsal.reach(HERE, 443) is None
    assert AddressEndpoints(EndpointOverlay(addresses={})).reach(HERE, 22) is None
    assert AddressEndpoints(EndpointOverlay()).reach(HERE, 22) == AddressEndpoint(address="10.0.0.1", port=22)
