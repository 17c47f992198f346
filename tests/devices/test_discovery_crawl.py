"""The pure core of discovery: what is visited, what is one device, which links there are, what is told."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.discovery.announced_text import LONGEST_TEXT
from devices.discovery.conclusion import conclude
from devices.discovery.crawl import next_visits
from devices.discovery.models import (
    Announcement,
    Answer,
    Capability,
    CrawlLimits,
    DiscoveredLink,
    Discovery,
    IdentifiedDevice,
    NotReached,
    OnlySeen,
    OwnInterface,
    Port,
    Unreached,
    Visit,
)

SILENT = NotReached(kind="silent", reason="nothing answers")
LIMITS = CrawlLimits(within=(IPv4Network("10.0.0.0/24"),))
A, B, C, D = (IPv4Address(f"10.0.0.{number}") for number in (1, 2, 3, 4))
FORWARDS: frozenset[Capability] = frozenset({"bridge", "router"})


def heard(
    at: str,
    name: str,
    port: str = "Ethernet1",
    *addresses: IPv4Address,
    capabilities: frozenset[Capability] = FORWARDS,
    chassis: str = "",
) -> Announcement:
    return Announcement(
        local_interface=at,
        protocol="lldp",
        system_name=name,
        remote_interface=port,
        chassis_id=chassis,
        management_addresses=addresses,
        capabilities=capabilities,
    )


def device(
    name: str,
    *addresses: IPv4Address,
    neighbours: tuple[Announcement, ...] = (),
    serial: str = "",
    chassis: tuple[str, ...] = (),
) -> IdentifiedDevice:
    own = tuple(IPv4Interface(f"{address}/24") for address in addresses)
    ports = tuple(OwnInterface(name=f"Ethernet{number}") for number in range(1, 5))
    return IdentifiedDevice(
        host_name=name,
        platform="eos",
        model="DCS-7050",
        serial_number=serial,
        chassis_ids=chassis,
        interfaces=(*ports, OwnInterface(name="Management1", mode="routed", addresses=own)),
        neighbours=neighbours,
    )


def crawl(
    network: Mapping[IPv4Address, Answer], *seeds: IPv4Address, limits: CrawlLimits = LIMITS
) -> tuple[list[tuple[IPv4Address, ...]], Discovery]:
    """Crawl a network to its end and return the rounds with what was concluded."""
    answers: dict[IPv4Address, Answer] = {}
    rounds: list[tuple[IPv4Address, ...]] = []
    while visits := next_visits(answers, seeds, limits):
        rounds.append(tuple(visit.address for visit in visits))
        assert not {visit.address for visit in visits} & set(answers), "an address is tried twice"
        answers.update({visit.address: network.get(visit.address, SILENT) for visit in visits})
    return rounds, conclude(answers, seeds, limits)


def names(found: Discovery) -> list[str]:
    return [one.said.host_name for one in found.devices]


def link(one: str, other: str, *told_by: str) -> DiscoveredLink:
    ends = [Port(device=end.partition(":")[0], interface=end.partition(":")[2]) for end in (one, other)]
    return DiscoveredLink(ends=(ends[0], ends[1]), told_by=told_by, protocols=("lldp",))


def cabled(*ends: tuple[str, str, str, IPv4Address]) -> tuple[Announcement, ...]:
    """Return what is heard: at which port, whose name, from which of its ports, at which address."""
    return tuple(heard(at, name, port, address) for at, name, port, address in ends)


E1, E2 = "Ethernet1", "Ethernet2"
RING: dict[IPv4Address, Answer] = {
    A: device("a", A, neighbours=cabled((E1, "b", E2, B), (E2, "c", E1, C))),
    B: device("b", B, neighbours=cabled((E1, "c", E2, C), (E2, "a", E1, A))),
    C: device("c", C, neighbours=cabled((E1, "a", E2, A), (E2, "b", E1, B))),
}


def test_a_loop_is_walked_once_and_every_link_is_told_by_both_ends() -> None:
    rounds, found = crawl(RING, A)
    assert rounds == [(A,), (B, C)]
    assert found.links == (
        link("a:Ethernet1", "b:Ethernet2", "a", "b"),
        link("a:Ethernet2", "c:Ethernet1", "a", "c"),
        link("b:Ethernet1", "c:Ethernet2", "b", "c"),
    )
    assert found.is_complete()


@given(order=st.permutations(sorted(RING)))
def test_the_result_does_not_depend_on_the_order_of_the_answers(order: list[IPv4Address]) -> None:
    assert conclude({address: RING[address] for address in order}, (A,), LIMITS) == crawl(RING, A)[1]


@given(
    cables=st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=16),
    seeds=st.lists(st.integers(1, 8), min_size=1, max_size=3, unique=True),
)
def test_every_network_is_crawled_to_an_end_and_every_device_is_there_once(
    cables: list[tuple[int, int]], seeds: list[int]
) -> None:
    """A crawl reaches exactly what is connected to its seeds, counted by an independent walk."""
    at = {number: IPv4Address(f"10.0.0.{number}") for number in range(1, 9)}
    network: dict[IPv4Address, Answer] = {}
    for number, address in at.items():
        others = {b for a, b in cables if a == number} | {a for a, b in cables if b == number}
        network[address] = device(
            f"d{number}",
            address,
            neighbours=tuple(heard(f"Ethernet{one}", f"d{one}", "", at[one]) for one in sorted(others)),
        )
    reached, front = set(seeds), set(seeds)
    while front:
        front = {b for a, b in cables if a in front} | {a for a, b in cables if b in front}
        front -= reached
        reached |= front
    found = crawl(network, *(at[one] for one in seeds))[1]
    assert names(found) == sorted(f"d{one}" for one in reached)
    assert found.addresses_tried == len(reached)


def test_a_link_that_one_end_alone_tells_is_marked() -> None:
    deaf = device("b", B, neighbours=(heard("Ethernet3", "printer", capabilities=frozenset({"station"})),))
    found = crawl({A: RING[A], B: deaf, C: RING[C]}, A)[1]
    assert link("a:Ethernet1", "b:Ethernet2", "a") in found.links
    assert [one.one_sided() for one in found.links] == [True, False, True]


def test_a_device_with_two_addresses_is_one_device() -> None:
    first = heard("Ethernet1", "b", "Ethernet1", B)
    second = heard("Ethernet2", "b", "Ethernet2", C)
    two = device("b", B, C, neighbours=(heard("Ethernet1", "a", "Ethernet1", A),), serial="S1")
    found = crawl({A: device("a", A, neighbours=(first, second)), B: two, C: two}, A)[1]
    assert [(one.said.host_name, one.management_address, one.seen_at) for one in found.devices] == [
        ("a", A, (A,)),
        ("b", B, (B, C)),
    ]
    assert found.conflicts == ()


def test_a_second_address_of_a_known_device_is_not_worth_a_login() -> None:
    told = heard("Ethernet1", "b", "Ethernet1", B, C)
    rounds, found = crawl({A: device("a", A, neighbours=(told,)), B: device("b", B, C)}, A)
    assert rounds == [(A,), (B,)]
    assert found.not_reached == ()


def test_the_address_that_a_person_typed_is_how_a_device_is_managed() -> None:
    two = device("b", B, C, neighbours=(heard("Ethernet1", "x", capabilities=frozenset({"telephone"})),))
    found = crawl({B: two, C: two}, C, B)[1]
    assert [one.management_address for one in found.devices] == [B]
    assert [one.management_address for one in crawl({B: two, C: two}, C)[1].devices] == [C]


def test_two_devices_of_one_name_are_told_and_never_merged() -> None:
    told = (heard("Ethernet1", "sw", "Ethernet1", B), heard("Ethernet2", "sw", "Ethernet1", C))
    network = {
        A: device("a", A, neighbours=told),
        B: device("sw", B, serial="S1"),
        C: device("sw", C, serial="S2"),
    }
    found = crawl(network, A)[1]
    assert [(one.said.host_name, one.management_address) for one in found.devices] == [
        ("a", A),
        ("sw", B),
        ("sw", C),
    ]
    assert [(one.kind, one.subject, one.parties) for one in found.conflicts] == [
        (
            "name",
            "sw",
            (
                "sw at 10.0.0.2 (DCS-7050, serial number S1)",
                "sw at 10.0.0.3 (DCS-7050, serial number S2)",
            ),
        )
    ]
    assert found.links == ()
    assert not found.is_complete()


def test_the_same_name_without_numbers_or_a_shared_address_is_two_devices() -> None:
    found = crawl({A: device("sw", A), B: device("sw", B)}, A, B)[1]
    assert len(found.devices) == 2
    assert [one.kind for one in found.conflicts] == ["name"]


def test_two_serial_numbers_are_two_devices_whatever_else_they_share() -> None:
    one, other = device("sw", A, B, serial="S1"), device("sw", A, B, serial="S2")
    found = crawl({A: one, B: other}, A, B)[1]
    assert [(one.said.serial_number, one.seen_at) for one in found.devices] == [("S1", (A,)), ("S2", (B,))]
    assert [one.kind for one in found.conflicts] == ["name"]


def test_one_serial_number_under_two_names_is_told_and_not_merged() -> None:
    found = crawl({A: device("a", A, serial="S1"), B: device("b", B, serial="S1")}, A, B)[1]
    assert names(found) == ["a", "b"]
    assert [(one.kind, one.subject) for one in found.conflicts] == [("serial-number", "S1")]


def test_the_chassis_finds_the_second_address_of_a_device_without_a_serial_number() -> None:
    chassis = ("00:1c:73:aa:bb:cc",)
    one, other = device("sw", A, chassis=chassis), device("sw", B, chassis=("001c.73aa.bbcc",))
    found = crawl({A: one, B: other}, A, B)[1]
    assert [device.seen_at for device in found.devices] == [(A, B)]


def test_an_address_outside_the_prefixes_is_never_tried() -> None:
    outside = IPv4Address("192.0.2.1")
    rounds, found = crawl({A: device("a", A, neighbours=(heard("Ethernet1", "isp", "et0", outside),))}, A)
    assert rounds == [(A,)]
    assert found.only_seen == (
        OnlySeen(
            name="isp",
            addresses=(outside,),
            heard_at=("a:Ethernet1",),
            description="",
            reason="its address is outside --within, so it was not tried",
        ),
    )
    assert crawl({}, outside)[0] == []


def test_telephones_and_access_points_are_listed_and_never_tried() -> None:
    phone = heard("Ethernet1", "SEP001122", "Port 1", B, capabilities=frozenset({"bridge", "telephone"}))
    point = heard("Ethernet2", "ap-1", "eth0", C, capabilities=frozenset({"bridge", "wlan-access-point"}))
    rounds, found = crawl({A: device("a", A, neighbours=(phone, point))}, A)
    assert rounds == [(A,)]
    assert [(one.name, one.reason) for one in found.only_seen] == [
        ("SEP001122", "it says that it is: bridge, telephone"),
        ("ap-1", "it says that it is: bridge, wlan-access-point"),
    ]
    assert found.is_complete()


def test_something_unknown_that_does_not_forward_is_only_seen() -> None:
    printer = heard("Ethernet1", "printer", "1", B, capabilities=frozenset())
    unknown = NotReached(kind="unknown-platform", reason="SSH greets with 'SSH-2.0-dropbear'")
    found = crawl({A: device("a", A, neighbours=(printer,)), B: unknown}, A)[1]
    assert [one.name for one in found.only_seen] == ["printer"]
    assert found.is_complete()


def test_network_gear_of_an_unknown_platform_is_not_reached() -> None:
    unknown = NotReached(kind="unknown-platform", reason="SSH greets with 'SSH-2.0-OpenSSH_9.0'")
    switch = heard("Ethernet1", "sw9", "1", B)
    found = crawl({A: device("a", A, neighbours=(switch,)), B: unknown}, A)[1]
    assert found.not_reached == (
        Unreached(
            name="sw9",
            addresses=(B,),
            heard_at=("a:Ethernet1",),
            kind="unknown-platform",
            reason=unknown.reason,
        ),
    )


def test_a_switch_without_an_address_is_not_reached() -> None:
    found = crawl({A: device("a", A, neighbours=(heard("Ethernet1", "sw9"),))}, A)[1]
    assert [(one.name, one.kind) for one in found.not_reached] == [("sw9", "no-address")]


def test_a_seed_that_does_not_answer_is_told_with_its_reason() -> None:
    found = crawl({}, A)[1]
    assert found.not_reached == (
        Unreached(name="", addresses=(A,), heard_at=(), kind="silent", reason="nothing answers"),
    )


def test_what_lies_behind_the_limit_is_told() -> None:
    limits = CrawlLimits(within=LIMITS.within, addresses_at_most=2)
    rounds, found = crawl(RING, A, limits=limits)
    assert rounds == [(A,), (B,)]
    assert [(one.name, one.kind) for one in found.not_reached] == [("c", "limit")]


def test_a_stopped_run_tells_what_it_did_not_visit() -> None:
    found = conclude({A: RING[A]}, (A, D), LIMITS, interrupted=True)
    assert [(one.name, one.addresses, one.kind) for one in found.not_reached] == [
        ("", (D,), "interrupted"),
        ("b", (B,), "interrupted"),
        ("c", (C,), "interrupted"),
    ]


def test_a_port_that_seems_to_have_two_cables_gives_no_link() -> None:
    network = {
        A: device("a", A, neighbours=cabled((E1, "b", E1, B), (E1, "c", E1, C))),
        B: device("b", B, neighbours=cabled((E1, "a", E1, A))),
        C: device("c", C, neighbours=cabled((E1, "a", E1, A))),
    }
    found = crawl(network, A)[1]
    assert found.links == ()
    assert [(one.kind, one.subject) for one in found.conflicts] == [("port", "a:Ethernet1")]


def test_a_neighbour_with_the_name_of_a_device_and_another_address_gives_no_link() -> None:
    """Two switches may be called core; the one that answered is not the one at the end of this cable."""
    network = {
        A: device("a", A, neighbours=cabled((E1, "core", E1, B), (E2, "core", E2, C))),
        B: device("core", B, neighbours=cabled((E1, "a", E1, A))),
    }
    found = crawl(network, A)[1]
    assert found.links == (link("a:Ethernet1", "core:Ethernet1", "a", "core"),)
    assert [one.addresses for one in found.not_reached] == [(C,)]
    told = "a:Ethernet2 leads to a core with the address 10.0.0.3, which the core that answered does not have"
    assert found.gaps == (f"{told}; look whether there are two of that name",)


def test_a_renamed_device_at_an_announced_address_is_told() -> None:
    told = heard("Ethernet1", "sw-old", "Ethernet1", B)
    found = crawl({A: device("a", A, neighbours=(told,)), B: device("sw-new", B)}, A)[1]
    assert names(found) == ["a", "sw-new"]
    assert [(one.name, one.kind) for one in found.not_reached] == [("sw-old", "failed")]
    assert found.links == ()


def test_the_other_end_is_found_by_its_port_description_or_by_what_it_tells_back() -> None:
    by_number = heard("Ethernet1", "b", "513", B).model_copy(
        update={"remote_interface_description": "Ethernet3"}
    )
    untold = heard("Ethernet2", "c", "00:11:22:33:44:55", C)
    network = {
        A: device("a", A, neighbours=(by_number, untold)),
        B: device("b", B),
        C: device("c", C, neighbours=(heard("Ethernet4", "a", "Ethernet2", A),)),
    }
    assert crawl(network, A)[1].links == (
        link("a:Ethernet1", "b:Ethernet3", "a"),
        link("a:Ethernet2", "c:Ethernet4", "a", "c"),
    )


def test_descriptions_of_neighbours_are_handed_to_who_visits() -> None:
    told = heard("Ethernet1", "b", "Ethernet1", B).model_copy(update={"description": "Aruba JL668A"})
    answers = {A: device("a", A, neighbours=(told,))}
    assert next_visits(answers, (A,), LIMITS) == (Visit(address=B, descriptions=("Aruba JL668A",)),)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("core\x1b[2J\x07", "core\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}"),
        ("nde\u202ecore", "nde\N{REPLACEMENT CHARACTER}core"),
        ("two\r\nlines", "two lines"),
        ("x" * 5000, "x" * (LONGEST_TEXT - 1) + "…"),
    ],
)
def test_hostile_names_are_made_harmless_before_anybody_sees_them(told: str, kept: str) -> None:
    assert heard("Ethernet1", told).system_name == kept


def test_a_name_with_hidden_characters_is_not_the_device_that_it_looks_like() -> None:
    forged = heard("Ethernet1", "b\u200b", "Ethernet1", B)
    found = crawl({A: device("a", A, neighbours=(forged,)), B: device("b", B)}, A)[1]
    assert found.links == ()
