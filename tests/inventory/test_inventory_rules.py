"""Each cross-object rule: planted alone in the clean example it gives exactly one violation, where it is."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from inventory.models import Inventory
from inventory.rules import INVENTORY_RULES, MUNICIPALITY_RULES
from inventory.service import check, load_inventory

Plant = Callable[[str, str, str], tuple[str, int]]

_ACC_LINK = "[ndj-core1:Ethernet3, ndj-acc1:TenGigabitEthernet1/1/1]"
_CORE_LINK = "[ndj-core1:Ethernet4, ndj-acc2:TenGigabitEthernet1/1/1]"

_SECOND_SCHOOL = "- name: auning-skole\n    title: Auning\n    kind: school\n  - name: digterparken"
_SECOND_998 = "- {vlan_id: 998, name: second, zone: nowhere, routing_domain: norddjurs}\n  - {vlan_id: 999"

_EVERYWHERE = IPv4Network("0.0.0.0/0")

PLANTED = [
    (
        "sites.yaml",
        "- name: digterparken",
        _SECOND_SCHOOL,
        "duplicate-name",
        "the site name 'auning-skole'",
    ),
    ("vlans.yaml", "- {vlan_id: 999", _SECOND_998, "duplicate-name", "the VLAN '998' is already used"),
    ("vlans.yaml", "name: parking,", "name: native,", "duplicate-name", "the VLAN name 'native'"),
    ("servers.yaml", "- name: ndj-file1", "- name: ndj-web1", "duplicate-name", "host name 'ndj-web1'"),
    ("servers.yaml", "- name: ndj-file1", "- name: ndj-fw1", "duplicate-name", "host name 'ndj-fw1'"),
    ("devices.yaml", "/0/7-8, role", "/0/6-8, role", "duplicate-name", "'GigabitEthernet1/0/6' is already"),
    (
        "servers.yaml",
        "address: 10.70.71.14",
        "address: 10.70.71.12",
        "duplicate-address",
        "10.70.71.12 of ndj-file1 is already used by ndj-esdh1 in norddjurs",
    ),
    (
        "devices.yaml",
        "address: 203.0.113.9/30",
        "address: 203.0.113.5/30",
        "duplicate-address",
        "203.0.113.5 of ndj-edge1:GigabitEthernet1/0/3 is already used by ndj-edge1:GigabitEthernet1/0/2",
    ),
    (
        "vlans.yaml",
        "prefix: 10.70.64.0/22",
        "prefix: 10.70.68.0/22",
        "prefix-overlap",
        "10.70.71.0/24 and 10.70.68.0/22 overlap in the routing domain norddjurs",
    ),
    (
        "routing-domains.yaml",
        "prefixes: [10.70.0.0/16]",
        "prefixes: [10.70.0.0/16, 10.70.5.0/24]",
        "prefix-overlap",
        "10.70.5.0/24 and 10.70.0.0/16 overlap in the routing domain norddjurs",
    ),
    (
        "vlans.yaml",
        "prefix: 10.70.64.0/22",
        "prefix: 10.71.64.0/22",
        "address-outside-prefix",
        "10.71.64.0/22 is not a usable part of 10.70.0.0/16",
    ),
    (
        "servers.yaml",
        "address: 10.70.71.14",
        "address: 10.70.71.255",
        "address-outside-prefix",
        "10.70.71.255 is not a usable part of 10.70.71.0/24",
    ),
    (
        "vlans.yaml",
        "zone: servers, routing_domain: norddjurs,",
        "zone: servers, routing_domain: norddjurs-inside,",
        "routing-domain-undefined",
        "the routing domain 'norddjurs-inside' is not defined",
    ),
    ("municipality.yaml", "centre: midt", "centre: midtt", "centre-undefined", "the centre 'midtt' does not"),
    ("samdrift.yaml", "scope: municipality", "scope: national", "centre-count", "4 or 5 centres, not 1"),
    ("devices.yaml", "site: auning-skole", "site: auning", "site-undefined", "site 'auning' of ndj-acc2"),
    (
        "devices.yaml",
        "management_interface: Management1",
        "management_interface: Management2",
        "management-interface",
        "ndj-core1 has no interface Management2",
    ),
    (
        "devices.yaml",
        "{name: Management1, role: management",
        "{name: Management1, role: routed",
        "management-interface",
        "Management1 of ndj-core1 has the role routed",
    ),
    (
        "devices.yaml",
        "management_address: 10.70.10.32",
        "management_address: 10.70.10.39",
        "management-interface",
        "10.70.10.39 is not the address of Vlan10 of ndj-acc2",
    ),
    ("links.yaml", "ndj-acc3:Ten", "ndj-acc4:Ten", "link-end", "the device ndj-acc4, which does not exist"),
    ("links.yaml", "ndj-acc3:TenGigabitEthernet1/1/1", "ndj-acc3:GigabitEthernet1/0/7", "link-end", "unused"),
    ("links.yaml", "ndj-core1:Ethernet5", "ndj-core1:Ethernet55", "link-end", "Ethernet55, which ndj-core1"),
    (
        "links.yaml",
        f"{_ACC_LINK}\n  - ends: {_CORE_LINK}",
        f"{_ACC_LINK}\n  - ends: {_CORE_LINK.replace('Ethernet4', 'Ethernet3')}",
        "link-end-twice",
        "a link already ends at ndj-core1:Ethernet3",
    ),
    ("vlans.yaml", "zone: schools,", "zone: scholl,", "zone-undefined", "the zone 'scholl' of VLAN 210"),
    (
        "devices.yaml",
        'Ethernet5, role: trunk, vlans: "10,310"',
        'Ethernet5, role: trunk, vlans: "10,310-311"',
        "vlan-undefined",
        "VLAN 311 is used by Ethernet5 of ndj-core1 and not defined",
    ),
    (
        "devices.yaml",
        "access, vlan: 310}",
        "access, vlan: 311}",
        "vlan-undefined",
        "VLAN 311 is used by GigabitEthernet1/0/1-6 of ndj-acc3 and not defined",
    ),
    (
        "municipality.yaml",
        "native_vlan: 998",
        "native_vlan: 997",
        "vlan-undefined",
        "VLAN 997 is used by the hard",
    ),
    (
        "devices.yaml",
        'Ethernet5, role: trunk, vlans: "10,310"',
        'Ethernet5, role: trunk, vlans: "10,310,998-999"',
        "parking-vlan",
        "Ethernet5 of ndj-core1 carries the parking VLAN 999",
    ),
    (
        "firewalls.yaml",
        "    inside: [ndj-fw1:ge-0/0/1, ndj-fw2:ge-0/0/1]\n",
        "",
        "cluster-side",
        "the cluster ndj-fw names no inside interface of ndj-fw1, ndj-fw2",
    ),
    (
        "firewalls.yaml",
        "outside: [ndj-fw1:ge-0/0/0, ndj-fw2:ge-0/0/0]",
        "outside: [ndj-fw1:ge-0/0/0]",
        "cluster-side",
        "the cluster ndj-fw names no outside interface of ndj-fw2",
    ),
    (
        "firewalls.yaml",
        "ndj-fw2:ge-0/0/1]",
        "ndj-fw2:ge-0/0/9]",
        "cluster-end",
        "ndj-fw2 has no interface ge-0/0/9",
    ),
    (
        "firewalls.yaml",
        "members: [ndj-fw1, ndj-fw2]",
        "members: [ndj-fw1, ndj-fw2, ndj-core1]",
        "cluster-member",
        "ndj-core1 in the cluster ndj-fw is not a firewall of this municipality",
    ),
    (
        "sensors.yaml",
        "    owner: Norddjurs Kommune\n",
        "",
        "sensor-owner",
        "the sensor ndj-sensor1 has no owner",
    ),
    (
        "sensors.yaml",
        "ndj-core1:Ethernet48",
        "ndj-core1:Ethernet47",
        "sensor-port",
        "Ethernet47 does not exist",
    ),
    ("sensors.yaml", "ndj-core1:Ethernet48", "ndj-core1:Ethernet12", "sensor-port", "has the role unused"),
    (
        "sensors.yaml",
        "dcis-sund\n    sensor: ndj-sensor1",
        "dcis-sund\n    sensor: ndj-sensor2",
        "feed-sensor",
        "the feed dcis-sund is of the sensor ndj-sensor2, which does not exist",
    ),
    (
        "sensors.yaml",
        'vlans: "310"',
        "vlans: 210,310",
        "feed-scope",
        "the feed dcis-sund is for health traffic only, and VLAN 210 is of another zone",
    ),
    (
        "sensors.yaml",
        "legal_scope: health",
        "legal_scope: all",
        "feed-scope",
        "DCIS Sund may receive health traffic only, not the scope 'all'",
    ),
    (
        "vlans.yaml",
        "sensitivity: health",
        "sensitivity: internal",
        "feed-scope",
        "the feed dcis-sund is for health traffic only, and VLAN 310 is of another zone",
    ),
    ("servers.yaml", "application: omsorg", "application: omsorgen", "application-undefined", "'omsorgen'"),
    ("servers.yaml", "[ndj-esdh1]", "[ndj-esdh2]", "dependency-undefined", "ndj-web1 depends on ndj-esdh2"),
    (
        "exceptions.yaml",
        "[ndj-acc3]",
        "[ndj-acc8]",
        "exception-device",
        "names ndj-acc8, which does not exist",
    ),
]

TOLD_ELSEWHERE = {
    # Where two places do not fit together, the rule tells the one that claims something.
    "sensitivity: internal": ("sensors.yaml", 'vlans: "310"'),
    "prefix: 10.70.68.0/22": ("vlans.yaml", "vlan_id: 710"),
    "{name: Management1, role: routed": ("devices.yaml", "management_interface: Management1"),
    # What is missing is told at the object that misses it.
    "": (None, "  - name: "),
}


@pytest.mark.parametrize(("name", "old", "new", "rule", "message"), PLANTED)
def test_a_planted_mistake_gives_exactly_that_violation(
    example: Path, plant: Plant, *, name: str, old: str, new: str, rule: str, message: str
) -> None:
    file, line = plant(name, old, new)
    if new in TOLD_ELSEWHERE:
        other, text_there = TOLD_ELSEWHERE[new]
        file = file.replace(name, other or name)
        text = (example / file).read_text(encoding="utf-8")
        line = text[: text.index(text_there)].count("\n") + 1

    found = load_inventory(example).violations

    assert [(one.rule, one.location.file, one.location.line) for one in found] == [(rule, file, line)]
    assert message in found[0].message
    assert found[0].action


def test_a_range_of_ports_is_told_once(example: Path, plant: Plant) -> None:
    plant("devices.yaml", "access, vlan: 310}", "access, vlan: 311}")
    plant(
        "devices.yaml",
        'Ethernet5, role: trunk, vlans: "10,310"',
        'Ethernet5, role: trunk, vlans: "11,310-312"',
    )

    assert [one.message for one in load_inventory(example).violations] == [
        "the VLANs 11, 311, 312 are used by Ethernet5 of ndj-core1 and not defined",
        "VLAN 311 is used by GigabitEthernet1/0/1-6 of ndj-acc3 and not defined",
    ]


def test_ranges_that_share_ports_are_told_once(example: Path, plant: Plant) -> None:
    file, line = plant("devices.yaml", "/0/7-8, role", "/0/4-8, role")

    assert [
        (one.rule, one.location.file, one.location.line, one.message)
        for one in load_inventory(example).violations
    ] == [
        (
            "duplicate-name",
            file,
            line,
            "the interface of ndj-acc1 'GigabitEthernet1/0/4' to 'GigabitEthernet1/0/6' is already used",
        )
    ]


def test_a_duplicate_names_the_first_place_too(example: Path, plant: Plant) -> None:
    file, _ = plant("servers.yaml", "address: 10.70.71.14", "address: 10.70.71.12")
    text = (example / file).read_text(encoding="utf-8")

    (found,) = load_inventory(example).violations

    assert [(one.file, one.line) for one in found.related] == [
        (file, text[: text.index("address: 10.70.71.12")].count("\n") + 1)
    ]


def test_a_circle_of_dependencies_is_told_once_with_its_way(example: Path, plant: Plant) -> None:
    first, _ = plant("servers.yaml", "10.70.71.12}]\n", "10.70.71.12}]\n    depends_on: [ndj-file1]\n")
    plant("servers.yaml", "10.70.71.14}]\n", "10.70.71.14}]\n    depends_on: [ndj-web1]\n")

    found = load_inventory(example).violations

    assert [(one.rule, one.location.file, one.message) for one in found] == [
        (
            "dependency-circle",
            first,
            "servers depend on each other in a circle: ndj-esdh1 -> ndj-file1 -> ndj-web1 -> ndj-esdh1",
        )
    ]


def test_a_server_that_depends_on_itself_is_a_circle(example: Path, plant: Plant) -> None:
    plant("servers.yaml", "[ndj-esdh1]", "[ndj-web1]")

    assert [one.message for one in load_inventory(example).violations] == [
        "servers depend on each other in a circle: ndj-web1 -> ndj-web1"
    ]


def test_a_firewall_without_a_cluster_is_told(example: Path) -> None:
    (example / "municipalities" / "norddjurs" / "firewalls.yaml").unlink()

    assert [(one.rule, one.message) for one in load_inventory(example).violations] == [
        ("firewall-cluster", "the firewall ndj-fw1 is in no cluster"),
        ("firewall-cluster", "the firewall ndj-fw2 is in no cluster"),
    ]


def test_a_scope_holds_no_more_than_it_says(example: Path) -> None:
    towns = example / "municipalities"
    (towns / "syddjurs").mkdir()
    text = (towns / "norddjurs" / "municipality.yaml").read_text(encoding="utf-8").partition("# What")[0]
    text = text.replace("norddjurs", "syddjurs").replace("707", "706")
    (towns / "syddjurs" / "municipality.yaml").write_text(text, encoding="utf-8")
    centre = (example / "centres" / "midt.yaml").read_text(encoding="utf-8").replace("midt", "nord")
    (example / "centres" / "nord.yaml").write_text(centre, encoding="utf-8")

    assert [(one.rule, one.message) for one in load_inventory(example).violations] == [
        ("scope", "the scope allows one of its centres, and there are 2"),
        ("scope", "the scope allows one of its municipalities, and there are 2"),
    ]


def test_the_same_address_in_two_routing_domains_is_no_violation(example: Path, plant: Plant) -> None:
    plant("routing-domains.yaml", "prefixes: [203.0.113.0/26]", "prefixes: [203.0.113.0/26, 10.70.0.0/16]")
    plant("devices.yaml", "address: 203.0.113.2/30", "address: 10.70.71.12/24")

    assert load_inventory(example).violations == ()


def test_every_rule_of_an_inventory_that_did_not_come_from_files_runs(inventory: Inventory) -> None:
    town = inventory.municipalities[0]
    server = town.servers[0].model_copy(update={"application": "nothing", "depends_on": ("nobody",)})
    spoilt = inventory.model_copy(
        update={"municipalities": (town.model_copy(update={"servers": (server, *town.servers[1:])}),)}
    )

    assert check(inventory) == ()
    assert [(one.rule, one.path) for one in check(spoilt)] == [
        ("application-undefined", ("municipalities", 0, "servers", 0, "application")),
        ("dependency-undefined", ("municipalities", 0, "servers", 0, "depends_on", 0)),
    ]


def test_every_rule_is_broken_by_some_planted_mistake(inventory: Inventory) -> None:
    """No rule is only there for show: each finds something in an inventory where nothing fits."""
    town = inventory.municipalities[0]
    servers = tuple(
        one.model_copy(
            update={
                "depends_on": (one.name, "nobody"),
                "application": "x",
                "networks": (one.networks[0].model_copy(update={"address": IPv4Address(0)}),),
            }
        )
        for one in town.servers
    )
    spoilt = town.model_copy(
        update={
            "municipality": town.municipality.model_copy(update={"centre": "nowhere"}),
            "sites": (*town.sites[1:], town.sites[1]),
            "vlans": tuple(
                one.model_copy(
                    update={"zone": "x", "routing_domain": "x", "prefix": one.prefix and _EVERYWHERE}
                )
                for one in town.vlans
                if one.vlan_id != 110
            ),
            "devices": tuple(
                one.model_copy(
                    update={
                        "interfaces": tuple(
                            port.model_copy(update={"vlans": port.vlans and "999"})
                            for port in one.interfaces
                            if port.role not in {"management", "sensor"}
                        )
                    }
                )
                for one in town.devices
            ),
            "links": (
                *town.links,
                *(one.model_copy(update={"end": "no:Et1"}) for one in town.links if one.end),
            ),
            "firewall_clusters": (town.firewall_clusters[0].model_copy(update={"members": ("ndj-acc1",)}),),
            "sensors": tuple(one.model_copy(update={"owner": None}) for one in town.sensors),
            "servers": servers,
            "exceptions": tuple(one.model_copy(update={"devices": ("x",)}) for one in town.exceptions),
        }
    )
    links = (*spoilt.links, spoilt.links[0])
    spoilt = spoilt.model_copy(update={"links": links})
    whole = inventory.model_copy(update={"scope": "national", "municipalities": (spoilt, spoilt)})
    small = whole.model_copy(update={"scope": "municipality"})
    at = ("municipalities", 0)

    silent = [rule.__name__ for rule in MUNICIPALITY_RULES if not list(rule(spoilt, at))]
    silent += [rule.__name__ for rule in INVENTORY_RULES if not [*rule(whole), *rule(small)]]

    assert silent == []
