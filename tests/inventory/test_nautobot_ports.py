"""What ports, cables, VLANs and machines of a DCIM server mean in an inventory."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import JsonValue

from inventory.imports.errors import MappingError
from inventory.imports.mapping import LeaveOut, MappingRule
from inventory.loaders.dcim.content import (
    FarEnd,
    HeldAdapter,
    HeldContent,
)
from inventory.loaders.dcim.ports import compress
from inventory.loaders.dcim.words import slug
from tests.inventory.held_content import (
    MANAGED,
    MAPPING,
    adapter,
    address,
    content,
    device,
    fields,
    keys,
    machine,
    page,
    port,
    prefix,
    read,
    reasons,
    vlan,
)

VLANS = (vlan("v1", 210, "Elever"), vlan("v2", 220, "Lærere"))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"role": "unused"}),
        ({"mode": "access", "untagged": "v1"}, {"role": "access", "vlan": 210}),
        ({"mode": "tagged", "tagged": ("v2", "v1")}, {"role": "trunk", "vlans": "210,220"}),
        ({"mode": "tagged", "tagged": ("v1",), "role": "uplink"}, {"role": "uplink", "vlans": "210"}),
        ({"addresses": ("a2",)}, {"role": "routed", "address": "10.5.0.1/24"}),
        ({"mgmt_only": True}, {"role": "management"}),
        ({"role": "sensor", "cable_url": "https://c/"}, {"role": "sensor"}),
        ({"description": "Stik 12"}, {"role": "unused", "description": "Stik 12"}),
    ],
)
def test_the_use_of_a_port_follows_from_what_it_carries(
    more: dict[str, Any], expected: dict[str, JsonValue]
) -> None:
    held = content(
        vlans=VLANS,
        interfaces=(MANAGED, port("p1", "Gi1/0/1", **more)),
        addresses=(address("a1", "10.1.0.5/24"), address("a2", "10.5.0.1/24")),
    )
    found = fields(read(held), "devices", "sw1")
    start = "interfaces.Gi1/0/1."
    assert {name[len(start) :]: value for name, value in found.items() if name.startswith(start)} == expected


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"mode": "tagged-all"}, "it carries every VLAN, whichever they are"),
        ({"mode": "tagged"}, "it is a trunk without VLANs"),
        ({"mode": "access", "untagged": "v9"}, "it carries a VLAN that is not imported"),
        ({"mode": "tagged", "tagged": ("v1", "v9")}, "it carries a VLAN that is not imported"),
        (
            {"cable_url": "https://c/"},
            "it has a cable and neither VLANs nor an address, so that its use is not known",
        ),
        ({"name": "Gi 1"}, "its name has characters that no port has"),
    ],
)
def test_a_port_whose_use_is_not_known_is_told_and_the_device_taken(
    more: dict[str, Any], reason: str
) -> None:
    odd = port("p1", "Gi1/0/1").model_copy(update=more)
    facts = read(content(interfaces=(MANAGED, odd)))
    assert keys(facts, "devices") == ["sw1"]
    assert [(one.name, one.reason, one.key) for one in facts.skipped] == [(f"SW1:{odd.name}", reason, "sw1")]


def test_a_second_address_of_a_port_is_told_and_one_of_version_6_is_expected() -> None:
    held = content(
        interfaces=(port("p0", "Vlan10", addresses=("a0", "a1", "a6")),),
        addresses=(
            address("a0", "10.1.0.4/24"),
            address("a1", "10.1.0.5/24"),
            address("a6", "2001:db8::5/64"),
        ),
    )
    facts = read(held)
    assert fields(facts, "devices", "sw1")["interfaces.Vlan10.address"] == "10.1.0.5/24"
    assert [(one.name, one.expected) for one in facts.skipped] == [
        ("SW1:Vlan10 10.1.0.4/24", False),
        ("SW1:Vlan10 2001:db8::5/64", True),
    ]


def test_a_second_address_of_an_adapter_is_told() -> None:
    held = content(
        machines=(machine(),),
        adapters=(adapter(addresses=("a8", "a7")),),
        addresses=(
            address("a1", "10.1.0.5/24"),
            address("a7", "10.2.0.7/16"),
            address("a8", "10.2.0.8/16"),
        ),
    )
    facts = read(held)
    assert fields(facts, "servers", "web1")["networks"] == [{"vlan": 210, "address": "10.2.0.7"}]
    assert [one.name for one in facts.skipped] == ["web1:eth0 10.2.0.8/16"]


def test_a_port_of_no_known_device_is_told() -> None:
    facts = read(content(interfaces=(MANAGED, port("p7", "Ethernet1/1", device=""))))
    assert reasons(facts) == {
        "Ethernet1/1": "it is in a module, and the server does not tell in which device"
    }


def test_a_member_of_a_bundle_carries_what_the_bundle_carries() -> None:
    bundle = port("po", "Port-channel1", mode="tagged", tagged=("v1",))
    member = port("p1", "Gi1/0/1", lag="po", cable_url="https://c/")
    found = fields(read(content(interfaces=(MANAGED, member, bundle))), "devices", "sw1")
    assert found["interfaces.Gi1/0/1.role"] == "trunk"
    assert found["interfaces.Gi1/0/1.vlans"] == "210"


def test_an_address_of_another_namespace_names_its_routing_domain() -> None:
    outside = port("p1", "Gi1/0/1", addresses=("a2",))
    held = content(
        interfaces=(MANAGED, outside),
        addresses=(address("a1", "10.1.0.5/24"), address("a2", "192.0.2.1/30", "Internet")),
    )
    found = fields(read(held), "devices", "sw1")
    assert found["interfaces.Gi1/0/1.routing_domain"] == "internet"
    assert "interfaces.Vlan10.routing_domain" not in found


def cabled(far: FarEnd | None) -> HeldContent:
    near = port("p1", "Gi1/0/1", mode="access", untagged="v1", cable_url=page("c1"), far=far)
    there = port(
        "p2",
        "Gi1/0/2",
        device="d2",
        mode="access",
        untagged="v1",
        cable_url=page("c1"),
        far=FarEnd(kind="interface", id="p1", connected=True),
    )
    second = port("p3", "Vlan10", device="d2", addresses=("a2",))
    return content(
        devices=(device(), device("d2", "SW2", primary="a2")),
        interfaces=(MANAGED, near, there, second) if far is not None and far.id == "p2" else (MANAGED, near),
        addresses=(address("a1", "10.1.0.5/24"), address("a2", "10.1.0.6/24")),
    ).model_copy(update={"providers": {"t1": "Eksempelnet"}})


def test_a_cable_is_one_link_though_both_ends_tell_it() -> None:
    facts = read(cabled(FarEnd(kind="interface", id="p2", connected=True)))
    assert keys(facts, "links") == ["sw1:Gi1/0/1 <-> sw2:Gi1/0/2"]
    assert fields(facts, "links", "sw1:Gi1/0/1 <-> sw2:Gi1/0/2") == {"ends": ["sw1:Gi1/0/1", "sw2:Gi1/0/2"]}


def test_a_cable_into_a_circuit_is_a_link_to_its_provider() -> None:
    facts = read(cabled(FarEnd(kind="circuit", id="t1", connected=True)))
    key = "sw1:Gi1/0/1 <-> provider Eksempelnet"
    assert fields(facts, "links", key) == {"end": "sw1:Gi1/0/1", "provider": "Eksempelnet"}


@pytest.mark.parametrize(
    ("far", "reason"),
    [
        (None, "its cable leads nowhere"),
        (FarEnd(kind="interface", id="p2", connected=False), "its cable is not connected yet"),
        (
            FarEnd(kind="interface", id="p99", connected=True),
            "its cable leads to something that is not imported",
        ),
        (FarEnd(kind="other", id="p2", connected=True), "its cable leads to something that is not imported"),
    ],
)
def test_a_cable_without_a_known_end_is_told(far: FarEnd | None, reason: str) -> None:
    facts = read(cabled(far))
    told = {one.name: (one.kind, one.reason) for one in facts.skipped}
    assert told["sw1:Gi1/0/1"] == ("links", reason)


def test_a_vlan_is_taken_with_its_zone_prefix_and_routing_domain() -> None:
    facts = read(content())
    assert fields(facts, "vlans", "210") == {
        "name": "elever",
        "zone": "skoler",
        "prefix": "10.2.0.0/16",
        "routing_domain": "global",
    }
    assert fields(facts, "zones", "skoler") == {"sensitivity": "open"}
    assert fields(facts, "routing_domains", "global") == {"prefixes": ["10.0.0.0/8"]}


def test_a_zone_whose_sensitivity_nobody_says_is_told() -> None:
    facts = read(content(), MAPPING.model_copy(update={"rules": ()}))
    assert keys(facts, "zones") == []
    assert reasons(facts) == {"skoler": "nothing says its sensitivity"}


def test_one_vlan_in_two_groups_is_one_and_its_ports_are_all_taken() -> None:
    twice = (vlan("v1", 210, "Elever"), vlan("v2", 210, "Elever", group="B"))
    facts = read(
        content(vlans=twice, interfaces=(MANAGED, port("p1", "Gi1/0/1", mode="access", untagged="v2")))
    )
    assert keys(facts, "vlans") == ["210"]
    assert fields(facts, "devices", "sw1")["interfaces.Gi1/0/1.vlan"] == 210


@pytest.mark.parametrize("other", [{"name": "Gæster"}, {"name": "Elever", "role": "Drift"}])
def test_two_different_vlans_of_one_number_are_refused_with_their_groups(other: dict[str, str]) -> None:
    second = vlan("v2", 210, **{"group": "B", **other})
    with pytest.raises(MappingError, match="VLAN 210 of this municipality means different things") as caught:
        read(content(vlans=(vlan("v1", 210, "Elever"), second)))
    assert "of A" in str(caught.value)
    assert "of B" in str(caught.value)


def test_a_group_that_the_mapping_leaves_out_settles_it() -> None:
    left = LeaveOut(kind="vlans", when={"group": "B"}, reason="closed building")
    second = vlan("v2", 210, "Gæster", group="B")
    facts = read(
        content(vlans=(vlan("v1", 210, "Elever"), second)), MAPPING.model_copy(update={"leave_out": (left,)})
    )
    assert fields(facts, "vlans", "210")["name"] == "elever"
    assert [one.expected for one in facts.skipped] == [True]


def test_a_second_prefix_of_a_vlan_and_one_of_version_6_are_told() -> None:
    prefixes = (
        prefix("x1", "10.2.0.0/16", "v1"),
        prefix("x2", "10.3.0.0/16", "v1"),
        prefix("x3", "2001:db8::/32", "v1"),
        prefix("x4", "10.4.0.0/16", "v1", status="Reserved"),
    )
    assert reasons(read(content(prefixes=prefixes))) == {
        "10.3.0.0/16": "VLAN 210 has 10.2.0.0/16 already, and an inventory holds one prefix of it",
        "2001:db8::/32": "it is not IPv4",
        "10.4.0.0/16": "its state is Reserved",
    }


def test_a_machine_is_a_server_with_disks_and_networks_in_their_order() -> None:
    held = content(
        machines=(machine(),),
        adapters=(adapter("n2", "eth10", untagged=None, addresses=("a8",)), adapter(addresses=("a7",))),
        addresses=(
            address("a1", "10.1.0.5/24"),
            address("a7", "10.2.0.7/16"),
            address("a8", "10.2.0.8/32"),
        ),
    )
    assert fields(read(held), "servers", "web1") == {
        "cpus": 2,
        "ram_mib": 2048,
        "operating_system": "Debian 12",
        "disks.vda.size_mib": 20480,
        "disks.vdb.size_mib": 40960,
        "networks": [{"vlan": 210, "address": "10.2.0.7"}, {"vlan": 210, "address": "10.2.0.8"}],
    }


@pytest.mark.parametrize(
    ("more", "adapters", "reason"),
    [
        ({"status": "Offline"}, (adapter(),), "it is switched off"),
        ({"status": "Staged"}, (adapter(),), "its state is Staged"),
        ({}, (), "it has no network adapter"),
        ({}, (adapter(untagged=None),), "the VLAN of its adapter eth0 is not known"),
        ({}, (adapter(untagged="v9"),), "the VLAN of its adapter eth0 is not known"),
        ({"disks_mib": (1,) * 27}, (adapter(),), "it has 27 disks"),
    ],
)
def test_a_machine_that_cannot_be_taken_is_told(
    more: dict[str, Any], adapters: tuple[HeldAdapter, ...], reason: str
) -> None:
    facts = read(content(machines=(machine(**more),), adapters=adapters))
    assert keys(facts, "servers") == []
    assert reasons(facts) == {"web1": reason}


def test_switched_off_machines_and_named_networks_follow_the_mapping() -> None:
    mapping = MAPPING.model_copy(update={"powered_off": "take", "networks": {"ETH0": 210}})
    held = content(machines=(machine(status="offline"),), adapters=(adapter(untagged=None),))
    assert fields(read(held, mapping), "servers", "web1")["networks"] == [{"vlan": 210}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Åbyhøj Skole", "aabyhoej-skole"),
        ("Sundhed & Omsorg", "sundhed-omsorg"),
        ("É - ü", "e-u"),
        ("?!", ""),
    ],
)
def test_danish_names_become_slugs(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("vids", "expected"),
    [([10], "10"), ([10, 11, 12, 110], "10-12,110"), ([1, 3, 4], "1,3-4"), ([], "")],
)
def test_vlans_are_written_as_ranges(vids: list[int], expected: str) -> None:
    assert compress(vids) == expected


def test_attributes_are_what_the_documentation_says() -> None:
    known: Mapping[str, str] = {"location": "Søskolen", "tag": "x"}
    rule = MappingRule(kind="devices", when={"location": known["location"]}, set={"credential": "env:STO"})
    facts = read(content(), MAPPING.model_copy(update={"rules": (*MAPPING.rules, rule)}))
    assert fields(facts, "devices", "sw1")["credential"] == "env:STO"
