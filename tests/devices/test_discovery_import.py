"""What a discovery hands to an import: what is taken, what is left out and why, and whose word stands."""

from ipaddress import IPv4Address, IPv4Interface

import pytest

from devices.discovery.import_source import DiscoverySource
from devices.discovery.models import (
    DiscoveredDevice,
    DiscoveredLink,
    Discovery,
    IdentifiedDevice,
    OwnInterface,
    Port,
    Unreached,
)
from inventory.imports.errors import MappingError
from inventory.imports.mapping import ImportMapping, LeaveOut, MappingRule, NameRules
from inventory.imports.models import ImportedFacts

A, B = IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2")


def device(
    name: str, address: IPv4Address, *ports: OwnInterface, own: IPv4Address | None = None
) -> DiscoveredDevice:
    managed = OwnInterface(
        name="Management1", mode="routed", addresses=(IPv4Interface(f"{own or address}/24"),)
    )
    said = IdentifiedDevice(
        host_name=name,
        platform="eos",
        model="DCS-7050",
        serial_number="S1",
        software_version="4.29.2F",
        interfaces=(*ports, managed),
        opened_by="env:READ",
    )
    return DiscoveredDevice(said=said, management_address=address, seen_at=(address,))


def found(*devices: DiscoveredDevice, links: tuple[DiscoveredLink, ...] = (), **more: object) -> Discovery:
    return Discovery.model_validate(
        {
            "devices": devices,
            "links": links,
            "not_reached": (),
            "only_seen": (),
            "conflicts": (),
            "gaps": (),
            "addresses_tried": len(devices),
        }
        | more
    )


def read(
    discovery: Discovery, mapping: ImportMapping | None = None, **described: frozenset[str]
) -> ImportedFacts:
    return DiscoverySource(
        discovery, mapping or ImportMapping(), name="town", credential="env:TOWN", described=described
    ).read()


def values(facts: ImportedFacts, key: str, *, defaults: bool = False) -> dict[str, object]:
    """Return what a new object is told; ``defaults`` are what leaves an object of the file alone."""
    one = next(one for one in facts.objects if one.key == key)
    told = [field for field in one.fields if field.only_if_missing == defaults]
    return {".".join(field.path): field.value for field in told}


TRUNK = OwnInterface(name="Ethernet1", mode="trunk", trunk_vlans="10,20")
CABLE = DiscoveredLink(
    ends=(Port(device="a", interface="Ethernet1"), Port(device="b.town.dk", interface="Ethernet1")),
    told_by=("a",),
    protocols=("lldp",),
)


def test_a_device_is_told_with_its_management_port_and_the_ports_that_are_cabled() -> None:
    mapping = ImportMapping(names=NameRules(domains=("town.dk",)))
    unused = OwnInterface(name="Ethernet2", mode="access", access_vlan=99)
    facts = read(found(device("a", A, TRUNK, unused), device("b.town.dk", B, TRUNK), links=(CABLE,)), mapping)
    assert values(facts, "a") == {
        "platform": "eos",
        "model": "DCS-7050",
        "management_address": "10.0.0.1",
        "management_interface": "Management1",
        "serial_number": "S1",
        "software_version": "4.29.2F",
        "interfaces.Ethernet1.role": "trunk",
        "interfaces.Ethernet1.vlans": "10,20",
        "interfaces.Management1.role": "management",
        "interfaces.Management1.address": "10.0.0.1/24",
    }
    assert values(facts, "a", defaults=True) == {"credential": "env:READ"}
    assert values(facts, "a:Ethernet1 <-> b:Ethernet1") == {"ends": ["a:Ethernet1", "b:Ethernet1"]}
    assert facts.notes == ("a:Ethernet1 - b.town.dk:Ethernet1: LLDP, only a tells it; look at the other end",)


def test_the_role_that_a_person_gave_a_port_is_not_questioned() -> None:
    both = (device("a", A, TRUNK), device("b.town.dk", B, TRUNK))
    facts = read(found(*both, links=(CABLE,)), a=frozenset({"Ethernet1", "Management1"}))
    assert "interfaces.Ethernet1.role" not in values(facts, "a")
    assert values(facts, "a", defaults=True) == {
        "credential": "env:READ",
        "interfaces.Ethernet1.role": "trunk",
        "interfaces.Ethernet1.vlans": "10,20",
        "interfaces.Management1.role": "management",
        "interfaces.Management1.address": "10.0.0.1/24",
    }


@pytest.mark.parametrize(
    ("one", "mapping", "reason", "expected"),
    [
        (device("Core Switch", A), None, "its name is no host name here", False),
        (
            device("a", A, own=B),
            None,
            "none of its interfaces has the address 10.0.0.1 at which it answered",
            False,
        ),
        (
            device("a", A),
            ImportMapping(leave_out=(LeaveOut(kind="devices", when={"model": "DCS*"}, reason="sold"),)),
            "sold",
            True,
        ),
    ],
)
def test_what_cannot_be_taken_is_left_out_with_its_reason(
    one: DiscoveredDevice, mapping: ImportMapping | None, reason: str, *, expected: bool
) -> None:
    facts = read(found(one), mapping)
    assert facts.objects == ()
    assert [(skipped.reason, skipped.expected) for skipped in facts.skipped] == [(reason, expected)]


def test_a_link_of_a_device_that_is_left_out_is_left_out_too() -> None:
    facts = read(found(device("a", A, TRUNK), device("b.town.dk", B, TRUNK), links=(CABLE,)))
    assert [one.key for one in facts.objects] == ["a"]
    assert [(one.kind, one.name) for one in facts.skipped] == [
        ("devices", "b.town.dk"),
        ("links", "a:Ethernet1 - b.town.dk:Ethernet1"),
    ]


def test_names_that_become_one_are_both_left_out() -> None:
    mapping = ImportMapping(names=NameRules(domains=("x.dk", "y.dk")))
    facts = read(found(device("sw.x.dk", A), device("sw.y.dk", B)), mapping)
    assert (facts.objects, [one.reason for one in facts.skipped]) == ((), ["2 devices have this name"] * 2)


def test_only_a_crawl_that_reached_everything_can_tell_what_vanished() -> None:
    silent = Unreached(name="", addresses=(B,), heard_at=(), kind="silent", reason="nothing answers")
    assert read(found(device("a", A))).covers == ("devices", "links")
    assert read(found(device("a", A), not_reached=(silent,))).covers == ()


def test_a_rule_about_what_discovery_does_not_tell_is_refused() -> None:
    rule = MappingRule(kind="devices", when={"modell": "DCS*"}, set={"role": "core"})
    with pytest.raises(MappingError, match="did you mean 'model'"):
        read(found(device("a", A)), ImportMapping(rules=(rule,)))
