"""The lab of the example: its twins are the inventory's devices, and their configurations are as found."""

from datetime import date
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from compliance.service import context_for, evaluate_configuration
from inventory.models import Device, Inventory
from lab.cli_tree import ConfigTree
from lab.eos.dialect import eos_dialect
from lab.ios.dialect import BOOT_DIALECT
from lab.junos.curly import read_configuration
from lab.junos.render import render_curly
from lab.junos.srx_schema import srx_schema
from lab.lab_file import LabFile, load_configuration, load_lab_file
from tests.compliance.expected import EXAMPLE_SHOWN

LAB = Path(__file__).parents[2] / "examples" / "norddjurs" / "lab" / "lab.yaml"
NAMES = ("ndj-acc1", "ndj-acc2", "ndj-acc3", "ndj-core1", "ndj-edge1", "ndj-fw1", "ndj-fw2")
TODAY = date(2026, 11, 21)

VERDICTS = {
    "ndj-acc1": "MGT-01:FAIL MGT-04:FAIL MGT-06:FAIL AAA-01:FAIL L2-01:FAIL L2-02:FAIL",
    "ndj-acc2": "MGT-02:FAIL SNMP-01:FAIL NTP-01:FAIL LOG-01:FAIL L2-03:FAIL",
    "ndj-acc3": "MGT-04:FAIL MGT-06:FAIL AAA-01:FAIL SNMP-01:FAIL LOG-01:FAIL L2-01:WAIVED",
    "ndj-core1": (
        "MGT-02:FAIL MGT-04:FAIL AAA-01:FAIL NTP-01:FAIL L2-01:FAIL L2-02:FAIL L2-03:FAIL SEN-01:FAIL"
    ),
    "ndj-edge1": (
        "MGT-02:FAIL MGT-04:FAIL MGT-06:FAIL LOG-01:FAIL L2-01:FAIL L2-02:FAIL SEN-02:FAIL SEN-03:FAIL"
    ),
    "ndj-fw1": "MGT-01:FAIL MGT-02:FAIL MGT-04:FAIL MGT-06:FAIL NTP-01:FAIL",
    "ndj-fw2": "MGT-02:FAIL AAA-01:FAIL SNMP-01:FAIL LOG-01:FAIL",
}
"""What a person finds who reads the configurations beside the rulings; the README tells the same."""


@pytest.fixture(scope="module")
def lab() -> LabFile:
    return load_lab_file(LAB)


def _device(inventory: Inventory, name: str) -> Device:
    return next(one for one in inventory.municipalities[0].devices if one.name == name)


def _text(lab: LabFile, name: str) -> str:
    return load_configuration(LAB, next(twin for twin in lab.twins if twin.name == name))


def test_the_twins_are_the_devices_of_the_inventory(inventory: Inventory, lab: LabFile) -> None:
    devices = inventory.municipalities[0].devices

    assert sorted(
        (one.name, one.platform, one.model, one.management_interface) for one in lab.twins
    ) == sorted((one.name, one.platform, one.model, one.management_interface) for one in devices)


def test_the_twins_tell_the_links_of_the_inventory(inventory: Inventory, lab: LabFile) -> None:
    told = {
        tuple(sorted((f"{twin.name}:{one.local_interface}", f"{one.device}:{one.remote_interface}")))
        for twin in lab.twins
        for one in twin.neighbours
    }

    assert told == {tuple(sorted(link.ends)) for link in inventory.municipalities[0].links if link.ends}
    assert sum(len(twin.neighbours) for twin in lab.twins) == 2 * len(told)


def test_the_guests_are_the_servers_of_the_inventory(inventory: Inventory, lab: LabFile) -> None:
    town = inventory.municipalities[0]

    assert sorted((one.name, one.cpus, one.ram_mib, one.size_mib, one.text) for one in lab.guests) == sorted(
        (one.name, one.cpus, one.ram_mib, one.disks[0].size_mib, one.service_check.expect)
        for one in town.servers
    )
    assert {one.host for one in lab.guests} == {town.municipality.name}
    assert [one.name for one in lab.hosts] == [town.municipality.name, inventory.centres[0].name]
    assert [one.name for one in lab.guests if one.centre_guest_port != 80] == ["ndj-file1"]


@pytest.mark.parametrize("name", [name for name in NAMES if "acc" in name or "edge" in name])
def test_an_ios_configuration_comes_back_the_same(lab: LabFile, name: str) -> None:
    text = _text(lab, name)

    tree, refused = ConfigTree.parse(BOOT_DIALECT, text)

    assert refused == ()
    assert tree.render() + "end\n" == text


def test_the_eos_configuration_comes_back_the_same(lab: LabFile) -> None:
    text = _text(lab, "ndj-core1")
    header = "! Command: show running-config\n! device: ndj-core1 (DCS-7050TX3-48C8, EOS-4.29.2F)\n!\n"

    tree, refused = ConfigTree.parse(eos_dialect((4, 29), boots=True), text)

    assert refused == ()
    assert f"{header}{tree.render()}end\n" == text


@pytest.mark.parametrize("name", [name for name in NAMES if "fw" in name])
def test_a_junos_configuration_comes_back_the_same(lab: LabFile, name: str) -> None:
    text = _text(lab, name)

    assert render_curly(read_configuration(text, srx_schema())) == text


@pytest.mark.parametrize("name", NAMES)
def test_every_interface_of_the_inventory_is_configured_and_no_other(
    inventory: Inventory, lab: LabFile, name: str
) -> None:
    device, text = _device(inventory, name), _text(lab, name)

    if device.platform == "junos":
        block = text[text.index("\ninterfaces {") : text.index("\nsnmp {")]
        found = {
            line.split()[0] for line in block.splitlines() if line.startswith("    ") and line[4] not in " }"
        }
    else:
        found = {line.split()[1] for line in text.splitlines() if line.startswith("interface ")}
    assert found - {"Vlan1", "lo0"} == {port for port, _ in device.ports()}


@pytest.mark.parametrize("name", NAMES)
def test_the_addresses_of_the_inventory_are_configured(inventory: Inventory, lab: LabFile, name: str) -> None:
    device, text = _device(inventory, name), _text(lab, name)
    addresses = [port.address for port in device.interfaces if port.address is not None]

    assert addresses
    for address in addresses:
        assert _written(device, address) in text


def _written(device: Device, address: IPv4Interface) -> str:
    return f"ip address {address.ip} {address.netmask}\n" if device.platform == "ios" else str(address)


@pytest.mark.parametrize("name", NAMES)
def test_a_configuration_breaks_the_controls_that_the_readme_tells(
    inventory: Inventory, lab: LabFile, name: str
) -> None:
    town = inventory.municipalities[0]

    verdicts = evaluate_configuration(
        name,
        _device(inventory, name).platform,
        _text(lab, name),
        context_for(name, town),
        shows=EXAMPLE_SHOWN.get(_device(inventory, name).platform),
        exceptions=town.exceptions,
        today=TODAY,
    )

    wrong = [one for one in verdicts if one.verdict.value not in {"PASS", "NOT_APPLICABLE"}]
    assert " ".join(f"{one.control}:{one.verdict.value}" for one in wrong) == VERDICTS[name]
    assert len([one for one in verdicts if one.verdict.value == "PASS"]) >= 3


def test_the_sensor_of_the_edge_switch_was_shut_because_it_looked_unused(lab: LabFile) -> None:
    section = _text(lab, "ndj-edge1").partition("interface GigabitEthernet1/0/24\n")[2].partition("!")[0]

    assert section.splitlines() == [
        " description Unused",
        " switchport access vlan 999",
        " switchport mode access",
        " shutdown",
    ]
